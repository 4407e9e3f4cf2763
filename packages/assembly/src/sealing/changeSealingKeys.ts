import { attemptLifetime } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import type { SealingKeyEntry } from './sealingKeyFile.ts';

type Entries = readonly SealingKeyEntry[];

/** A new key goes to the end: it opens, and seals nothing until every node opens with it. */
export function addSealingKey(entries: Entries, key: SealingKeyEntry): Entries {
  if (entries.some(({ id }) => id === key.id)) {
    throw new GakumonError('key-invalid', { detail: `there is a key ${key.id} already` });
  }
  return [...entries, key];
}

/**
 * Lets a key seal from now on, by moving it to the front.
 * @throws GakumonError `usage-wrong` when there is none of that id
 */
export function useSealingKey(entries: Entries, id: string, now: number): Entries {
  const key = requireKey(entries, id);
  const [sealing, ...others] = entries;
  if (sealing === undefined || sealing.id === id) return entries;
  const resting = others.filter((entry) => entry.id !== id);
  return [{ ...key, used: now, replaced: undefined }, { ...sealing, replaced: now }, ...resting];
}

/** What a key is still needed for, as far as can be told. */
export type KeyNeeds = {
  /** Secrets at rest under it. */
  readonly records: number;
  /** When the file came to be as it is, milliseconds. */
  readonly unchangedSince: number;
  /** How long a session may last: SPs name it by what the key that sealed at its time made. */
  readonly sessionLifetime: number;
  readonly now: number;
};

/** More than anybody rotates in years. */
const mostRetired = 50;

/**
 * Takes a key away, and writes down that it is gone for good: a node that finds something under it need not wait for the
 * key to come.
 * @param needs undefined: whatever it is needed for
 * @throws GakumonError `usage-wrong` when there is none of that id; `key-in-use`
 */
export function retireSealingKey(entries: Entries, id: string, needs: KeyNeeds | undefined): Entries {
  const key = requireKey(entries, id);
  if (entries[0]?.id === id) {
    const hint = 'gakumon keys sealing add, then use; then it can be retired';
    throw new GakumonError('key-in-use', { detail: `${id} is the key that seals`, hint });
  }
  if (needs !== undefined) refuseNeeded(key, needs);
  const [sealing, ...others] = entries.filter((entry) => entry.id !== id);
  if (sealing === undefined) return [];
  const retired = [...new Set([id, ...sealing.retired, ...key.retired])].slice(0, mostRetired);
  return [{ ...sealing, retired }, ...others];
}

function refuseNeeded(
  { id, replaced }: SealingKeyEntry,
  { records, unchangedSince, sessionLifetime, now }: KeyNeeds,
): void {
  if (records > 0) {
    const what = records === 1 ? 'one secret in the records is' : `${records} secrets in the records are`;
    const hint = 'gakumon keys reseal; running servers do it by themselves, within minutes';
    throw new GakumonError('key-in-use', { detail: `${what} still sealed under ${id}`, hint });
  }
  const until = neededUntil(replaced ?? unchangedSince, sessionLifetime);
  if (now >= until) return;
  throw new GakumonError('key-in-use', {
    detail: `login pages and sessions of the time when ${id} sealed may still be open, until ${new Date(until).toISOString()}`,
    hint: 'wait until then; with --force, those pages ask to begin again, and services cannot end those sessions',
  });
}

/**
 * Until when a key is needed that has stopped sealing.
 * @param since when it stopped; for one that was moved by hand, when the file came to be as it is
 */
export function neededUntil(since: number, sessionLifetime: number): number {
  // And as long as a login page lives for the file to get to every node.
  return since + Math.max(attemptLifetime, sessionLifetime) + attemptLifetime;
}

function requireKey(entries: Entries, id: string): SealingKeyEntry {
  const found = entries.find((entry) => entry.id === id);
  if (found !== undefined) return found;
  const known = entries.map((entry) => entry.id).join(', ');
  throw new GakumonError('usage-wrong', { detail: `there is no sealing key "${id}"; there are ${known}` });
}
