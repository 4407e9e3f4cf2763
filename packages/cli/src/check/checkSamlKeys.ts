import { join } from 'node:path';
import {
  activationAllowedFrom,
  readKeyPairFiles,
  readSamlKeyList,
  type SamlKeyEntry,
  type SamlKeyList,
} from '@gakumon/assembly';
import { hours } from '@gakumon/terms';
import { attempt } from './attempt.ts';
import { checkMode } from './checkMode.ts';
import type { Finding } from './finding.ts';

const day = hours(24);
const soon = 60 * day;
/** Past the time that services need to get to know a key, nothing is gained by leaving things half done. */
const patience = 30 * day;

/** The keys fit their certificates, nobody else can read them, none ends soon, and no change of keys is left half done. */
export async function checkSamlKeys(directory: string, now: number): Promise<readonly Finding[]> {
  let list: SamlKeyList = [];
  const listed = await attempt('key', async () => {
    list = await readSamlKeyList(directory);
    return [];
  });
  const found = list.filter(({ state }) => state !== 'retired').map((entry) => checkOne(directory, entry, now));
  return [...listed, ...(await Promise.all(found)).flat()];
}

async function checkOne(directory: string, entry: SamlKeyEntry, now: number): Promise<readonly Finding[]> {
  const found = await attempt('key', async () => {
    const pair = await readKeyPairFiles(join(directory, entry.key), join(directory, entry.certificate), entry.use);
    return [
      { level: 'ok', about: 'key', message: `${nameOf(entry)}: ${describeKey(pair)}` },
      ...checkDates(pair, entry, now),
      ...checkProgress(entry, now),
      ...(await checkMode(pair.keyFile)),
    ];
  });
  if (entry.state === 'current') return found;
  const takeBack = entry.state === 'next' ? `; or take it back: gakumon keys retire ${entry.use} --next` : '';
  return found.map((one) =>
    one.level === 'fail'
      ? { ...one, message: `the ${nameOf(entry)} key: ${one.message}`, hint: `restore its files${takeBack}` }
      : one,
  );
}

type Pair = Awaited<ReturnType<typeof readKeyPairFiles>>;

const nameOf = ({ use, state }: SamlKeyEntry): string => (state === 'current' ? use : `${state} ${use}`);

function describeKey({ privateKey, certificate, keyFile }: Pair): string {
  const { modulusLength, namedCurve } = privateKey.asymmetricKeyDetails ?? {};
  return `${namedCurve ?? `RSA ${modulusLength}`}, certificate to ${isoDay(certificate.validToDate.getTime())}, ${keyFile}`;
}

function checkDates({ certificate, certificateFile }: Pair, { state }: SamlKeyEntry, now: number): Finding[] {
  const from = certificate.validFromDate.getTime();
  const end = certificate.validToDate.getTime();
  if (now < from) {
    return [
      {
        level: 'warn',
        about: 'clock',
        message: `${certificateFile} begins on ${isoDay(from)}, which is in the future`,
        hint: 'compare the clock of this machine with another one',
      },
    ];
  }
  // What is going away anyway is no trouble.
  if (end > now + soon || state === 'former') return [];
  return [
    {
      level: 'warn',
      about: 'key',
      message: `${certificateFile} ${end < now ? 'expired' : 'expires'} on ${isoDay(end)}`,
      hint: 'a federation goes by the key, but some SPs do look at the date: gakumon keys next, also with a renewed --cert for the same key',
    },
  ];
}

function checkProgress(entry: SamlKeyEntry, now: number): Finding[] {
  const { use, state, replaced = now } = entry;
  if (state === 'next') {
    const from = activationAllowedFrom(entry);
    if (from === undefined) {
      const hint = `gakumon keys published ${use} --on DATE; the 15 days run from then`;
      return [
        { level: 'warn', about: 'key', message: `next ${use}: nobody wrote down since when it is published`, hint },
      ];
    }
    if (now < from) return [{ level: 'ok', about: 'key', message: `next ${use}: may be used from ${isoDay(from)}` }];
    const waited = now > from + patience ? `, for ${Math.floor((now - from) / day)} days already` : '';
    return [
      {
        level: 'warn',
        about: 'key',
        message: `the next ${use} key can be used now${waited}`,
        hint: `once the federation has published it for 15 days: gakumon keys activate ${use}`,
      },
    ];
  }
  if (state !== 'former' || now < replaced + patience) return [];
  return [
    {
      level: 'warn',
      about: 'key',
      message: `the former ${use} key is published although it was replaced on ${isoDay(replaced)}`,
      hint: `gakumon keys retire ${use}, and give the federation the new metadata`,
    },
  ];
}

const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);
