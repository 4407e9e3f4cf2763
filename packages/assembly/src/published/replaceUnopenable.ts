import { minutes } from '@gakumon/terms';
import type { UnopenableDocument } from './documentRecords.ts';
import { complain, type DocumentState, type Sharing, settle, tell } from './documentState.ts';
import { sameVersion } from './documentVersion.ts';

/**
 * How long others have for what they can do better: a node that still has the key seals anew what it opens, and one that
 * runs for longer knows better than its file what was in force. Each looks every minute, however quiet the records are.
 */
const patience = minutes(1);

/** Says once that what is published cannot be read here, why, and what to do. */
export function tellUnopenable<T>(state: DocumentState<T>, { clock }: Sharing, found: UnopenableDocument): void {
  const message = 'a document is not shared: what is published of it cannot be opened; the last good one stays';
  complain(state, found.mark, clock(), message, { reason: found.reason, hint: found.hint });
}

/**
 * Publishes what is in force here in place of something that nobody can read, when that is certain and the others had
 * their time. Under a key that is merely not here it stays: another node may have that key and a newer text, and a node
 * whose file of keys lags behind must not put an older one in its place.
 * @returns false when another node wrote meanwhile, so that it is to be done again
 */
export async function replaceUnopenable<T>(
  state: DocumentState<T>,
  sharing: Sharing,
  found: UnopenableDocument,
): Promise<boolean> {
  if (!mayReplace(state, sharing, found)) return true;
  const { plan, held, version } = state;
  const facts = { now: sharing.clock(), by: { ...sharing.node, file: plan.file } };
  const same = sameVersion(held.text, facts, version);
  if (!(await sharing.records.replace(plan.name, same, found.revision))) return false;
  const message =
    version === undefined
      ? 'what was published could not be opened, by no other node either; the text in the file of this one is in its place'
      : 'what was published could not be opened; the one in force is in its place';
  tell(state, 'warn', message, { version: same.serial, reason: found.reason });
  settle(state, same, undefined);
  return true;
}

function mayReplace<T>(
  { version, refused }: DocumentState<T>,
  { clock, isOneMachine }: Sharing,
  { fault, mark }: UnopenableDocument,
): boolean {
  const waited = refused?.mark === mark ? clock() - refused.since : 0;
  if (fault === 'release-newer') return false;
  // One machine has one file of keys: no other node has what is not in it.
  if (fault === 'key-unknown') return isOneMachine && waited >= patience;
  if (fault === 'key-retired') return waited >= patience;
  return version !== undefined || waited >= patience;
}
