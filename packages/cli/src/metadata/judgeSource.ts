import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fingerprintOf, type MetadataSource, type SourceState, tellFingerprint } from '@gakumon/metadata';
import { hours, minutes } from '@gakumon/terms';
import type { Finding } from '../check/finding.ts';
import { count } from '../count.ts';
import { plain } from '../plain.ts';
import { acceptCommand } from './acceptHeld.ts';
import { tellDay, tellMoment, tellSpan } from './moments.ts';

const day = hours(24);
/** When no maxValidity tells how long a document of the source usually lasts. */
const usualNotice = 5 * day;
/** Time enough to ask the federation for its next key, over any vacation. */
const certificateNotice = 60 * day;

/** How one source stands, and what will go wrong with it while there is still time. */
export function judgeSource(state: SourceState, now: number): Finding[] {
  return [
    ...tellProblem(state, now),
    ...warnOfHeld(state, now),
    ...warnOfEnd(state, now),
    ...warnOfSilence(state, now),
    ...warnOfSigners(state.source, now),
  ];
}

const metadata = { about: 'metadata' } as const;

function tellProblem(state: SourceState, now: number): Finding[] {
  const { name, problem, hint } = state;
  // What is over is told of below, with the reason.
  if (isOver(state, now)) return [];
  if (problem === undefined) return [{ level: 'ok', ...metadata, message: `${name}: ${describeStanding(state, now)}` }];
  const isFetched = state.kind === 'url' || state.kind === 'mdq';
  const isServing = isFetched && state.acceptedAt !== undefined;
  const serves = isServing ? '; what was accepted before serves on' : '';
  return [{ level: isServing ? 'warn' : 'fail', ...metadata, message: plain(`${name}: ${problem}${serves}`), hint }];
}

/** `195 service providers, accepted 3 hours ago, asked 5 minutes ago, valid for 13 days`. */
export function describeStanding(state: SourceState, now: number): string {
  const { serviceProviders, acceptedAt, checkedAt, validUntil, kind } = state;
  const isFetched = kind === 'url';
  const told = [
    count(serviceProviders, 'service provider'),
    acceptedAt !== undefined && isFetched && `accepted ${tellMoment(acceptedAt, now)}`,
    checkedAt !== undefined && isFetched && `asked ${tellMoment(checkedAt, now)}`,
    validUntil !== undefined && validUntil > now && `valid for ${tellSpan(validUntil - now)}`,
  ];
  return told.filter((one) => one !== false).join(', ');
}

function warnOfHeld({ name, held }: SourceState, now: number): Finding[] {
  return held.map((document) => ({
    level: 'warn',
    ...metadata,
    message: plain(`${name}: a new document is held back since ${tellSpan(now - document.since)}: ${document.reason}`),
    hint: `gakumon metadata diff ${name} shows what it changes; ${acceptCommand(name, document)} takes it`,
  }));
}

const isOver = ({ validUntil }: SourceState, now: number): boolean => validUntil !== undefined && validUntil <= now;

function warnOfEnd(state: SourceState, now: number): Finding[] {
  const { name, kind, validUntil, source, problem } = state;
  if (validUntil === undefined) return [];
  const hint =
    kind === 'url'
      ? `gakumon metadata refresh ${name} asks now and says what is wrong`
      : 'get a fresh copy of it from where it came';
  if (validUntil <= now) {
    const why = problem === undefined ? '' : `; ${problem}`;
    const message = `${name}: expired ${tellMoment(validUntil, now)}: nobody can log in to its service providers${why}`;
    return [{ level: 'fail', ...metadata, message: plain(message), hint: state.hint ?? hint }];
  }
  const notice = source.maxValidity === undefined ? usualNotice : source.maxValidity / 3;
  if (validUntil > now + notice) return [];
  const message = `${name}: expires ${tellMoment(validUntil, now)}, and nobody can log in to its service providers then`;
  return [{ level: 'warn', ...metadata, message, hint }];
}

/** Servers ask by themselves; so none runs here, or it can't. */
function warnOfSilence({ name, kind, checkedAt, source }: SourceState, now: number): Finding[] {
  const longest = 3 * source.refresh + minutes(10);
  if (checkedAt !== undefined && checkedAt > now + minutes(1)) {
    const message = `${name}: was last asked ${tellMoment(checkedAt, now)}: the clock is wrong, or was then`;
    const hint = 'set the clock of this machine; documents that expired, or were accepted, by it are judged wrongly';
    return [{ level: 'warn', ...metadata, message, hint }];
  }
  if (kind !== 'url' || checkedAt === undefined || checkedAt > now - longest) return [];
  const message = `${name}: was last asked ${tellMoment(checkedAt, now)}`;
  return [
    { level: 'warn', ...metadata, message, hint: `does a server run here? gakumon metadata refresh ${name} asks now` },
  ];
}

/** One that has expired is among the warnings of the document that it verifies. */
function warnOfSigners({ name, signers }: MetadataSource, now: number): Finding[] {
  return signers.flatMap((signer): Finding[] => {
    const certificate = readCertificate(signer);
    const end = certificate?.validToDate.getTime();
    if (certificate === undefined || end === undefined || end < now || end > now + certificateNotice) return [];
    const fingerprint = tellFingerprint(fingerprintOf(certificate));
    return [
      {
        level: 'warn',
        ...metadata,
        message: `${name}: the certificate of the signer ${fingerprint} ends on ${tellDay(end)}`,
        hint: 'its key verifies on after that; but ask the federation whether it signs with a new one then, and name both',
      },
    ];
  });
}

/** One that can't be read is a problem of the source, which is told. */
function readCertificate(signer: MetadataSource['signers'][number]): X509Certificate | undefined {
  try {
    return new X509Certificate('pem' in signer ? signer.pem : readFileSync(signer.file));
  } catch {
    return undefined;
  }
}
