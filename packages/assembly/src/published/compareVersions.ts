import type { Notice } from '../notice.ts';
import type { FoundDocument } from './documentRecords.ts';
import {
  complain,
  type DocumentState,
  mistakesOf,
  refusalFields,
  refusedMessage,
  type Sharing,
  settle,
  staleMessage,
  tell,
} from './documentState.ts';
import { type DocumentVersion, describePublisher, nextVersion, withLoser } from './documentVersion.ts';
import { judgeVersion, type Verdict } from './judgeVersion.ts';
import { replaceUnopenable, tellUnopenable } from './replaceUnopenable.ts';

type Following = Exclude<Verdict, 'publish' | 'restore'>;

/**
 * Compares a document with what is published, and publishes what is newer here or takes what is newer there.
 * @returns false when another node wrote meanwhile, so that it is to be done again
 * @throws GakumonError `store-unavailable`
 */
export async function compareVersions<T>(state: DocumentState<T>, sharing: Sharing): Promise<boolean> {
  const { plan, isEdited, loser, mark } = state;
  const isSettled = !isEdited && loser === undefined;
  const found = await sharing.records.findChanged(plan.name, isSettled ? mark : undefined);
  if (found === 'unchanged') return true;
  if (found.kind === 'unopenable') {
    tellUnopenable(state, sharing, found);
    // Whoever edits a file means it to be in force, whatever it is that nobody here can read.
    return isEdited ? publish(state, sharing, found) : replaceUnopenable(state, sharing, found);
  }
  if (found.kind === 'nothing') return publish(state, sharing, found);
  const verdict = judgeVersion(standingOf(state, sharing, found.version), found.version);
  return verdict === 'publish' || verdict === 'restore'
    ? publish(state, sharing, found)
    : follow(state, sharing, found, verdict);
}

function standingOf<T>(
  { plan, held, version, isEdited, startedFrom, refused }: DocumentState<T>,
  { isOneMachine }: Sharing,
  published: DocumentVersion,
) {
  // Published while this node stood before something that it could not open: newer than the file that it started from.
  const since = refused !== undefined && published.serial > refused.since ? refused.since : undefined;
  return {
    sha256: held.sha256,
    serial: version?.serial ?? since,
    isEdited,
    startedFrom,
    file: plan.file,
    isOneMachine,
  };
}

async function publish<T>(
  state: DocumentState<T>,
  { records, clock, node, isOneMachine }: Sharing,
  found: FoundDocument,
): Promise<boolean> {
  const { plan, held } = state;
  const theirs = found.kind === 'version' ? found.version : undefined;
  // A node that never saw what is published knows one text that this one comes after, if its file was edited.
  const first = { serial: 0, sha256: state.startedFrom, earlier: [] };
  const before = [state.version ?? first, theirs].filter((one) => one !== undefined);
  const next = nextVersion(held.text, { now: clock(), by: { ...node, file: plan.file } }, before);
  if (!(await records.replace(plan.name, next, found.revision))) return false;
  const instead = theirs === undefined ? {} : { instead: describePublisher(theirs.by) };
  const isForeign = theirs !== undefined && !(isOneMachine && theirs.by.file === plan.file);
  tellPublished(state, isForeign, { version: next.serial, node: `${node.host}:${node.pid}`, ...instead });
  settle(state, next, undefined);
  return true;
}

function tellPublished<T>(state: DocumentState<T>, isForeign: boolean, fields: Notice['fields']): void {
  if (isForeign && state.version === undefined) {
    const message = 'no node had seen the text in the file of this one; it is published instead of what was in force';
    tell(state, 'warn', message, fields);
  } else if (!state.isEdited && state.version !== undefined) {
    tell(state, 'warn', 'the records held an older document, or none; the one in force is published again', fields);
  } else tell(state, 'info', 'document published', fields);
}

async function follow<T>(
  state: DocumentState<T>,
  sharing: Sharing,
  { revision, mark, version }: Extract<FoundDocument, { kind: 'version' }>,
  verdict: Following,
): Promise<boolean> {
  const ours = state.held.sha256;
  if (verdict === 'same') settle(state, version, mark);
  else if (!takeOver(state, sharing, { mark, version }, verdict)) return true;
  if (verdict === 'conflict') state.loser = ours;
  return noteLoser(state, sharing, revision, version);
}

const takenOver: Readonly<Record<Exclude<Following, 'same'>, readonly [Notice['level'], string]>> = {
  take: ['info', 'document taken over from another node'],
  stale: ['warn', staleMessage],
  refuse: ['error', refusedMessage],
  conflict: [
    'error',
    'two nodes changed a document at once; the other was first and is in force, what this file says is in the file only',
  ],
};

/** @returns whether it can be read here */
function takeOver<T>(
  state: DocumentState<T>,
  { clock }: Sharing,
  { mark, version }: Pick<Extract<FoundDocument, { kind: 'version' }>, 'mark' | 'version'>,
  verdict: Exclude<Following, 'same'>,
): boolean {
  const { plan } = state;
  const { text, sha256, serial } = version;
  const fields = { version: serial, from: describePublisher(version.by) };
  try {
    state.held = { text, sha256, value: plan.parse(text, `${plan.file} (as published by ${fields.from})`) };
  } catch (error) {
    const message = 'a published document cannot be read here; the last good one stays';
    complain(state, mark, clock(), message, { ...fields, reason: mistakesOf(error) });
    return false;
  }
  settle(state, version, mark);
  tell(state, ...takenOver[verdict], verdict === 'take' ? fields : refusalFields(plan.name, plan.file, version));
  return true;
}

/** Or else the next start of this node would take the text that lost for a new one. */
async function noteLoser<T>(
  state: DocumentState<T>,
  { records }: Sharing,
  revision: string,
  version: DocumentVersion,
): Promise<boolean> {
  const { plan, loser } = state;
  if (loser !== undefined && loser !== version.sha256 && !version.earlier.includes(loser)) {
    const noted = withLoser(version, loser);
    if (!(await records.replace(plan.name, noted, revision))) return false;
    settle(state, noted, undefined);
  }
  state.loser = undefined;
  return true;
}
