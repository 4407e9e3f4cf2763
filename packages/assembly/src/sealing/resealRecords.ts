import { setImmediate as nextTurn } from 'node:timers/promises';
import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { SealedRecords, SealedRow } from '@gakumon/stores';
import { isGakumonError } from '@gakumon/terms';
import type { Report } from '../notice.ts';

/** One batch of secrets at rest. */
export type ResealedBatch = {
  /** How many are under the sealing key now that were not before. */
  readonly resealed: number;
  /** What no key here opens; it stays as it is. */
  readonly unopenable: readonly SealedRow[];
  /** How many somebody else wrote meanwhile. They are looked at again in the next batch. */
  readonly changed: number;
  /** Nothing is left under other keys but what no key opens. */
  readonly isDone: boolean;
};

/** Whoever can write into the records can put in rows that nobody opens; so many are looked past, and no more. */
const mostPassedOver = 10_000;

/**
 * Brings secrets at rest that are under other keys under the one that seals now. Each is written for itself, if nobody
 * wrote it meanwhile: whenever this ends, nothing is lost and the rest can be done later.
 * @param options.limit how many at most
 * @param options.passOver those that are known not to open, by {@link rowOf}
 */
export async function resealRecords(
  sealed: SealedRecords,
  keys: SealingKeys,
  { limit, passOver = new Set<string>() }: { readonly limit: number; readonly passOver?: ReadonlySet<string> },
): Promise<ResealedBatch> {
  const asked = limit + Math.min(passOver.size, mostPassedOver);
  const listed = await sealed.listUnderOtherKeys(keys.current.id, asked);
  const found = listed.filter((record) => !passOver.has(rowOf(record)));
  const unopenable: SealedRow[] = [];
  let resealed = 0;
  let changed = 0;
  for (const row of found.slice(0, limit)) {
    const done = await resealOne(sealed, keys, row);
    if (done === 'resealed') resealed += 1;
    else if (done === 'changed') changed += 1;
    else unopenable.push(row);
    // SQLite writes at once, and pieces of metadata are large: logins get their turn in between.
    await nextTurn();
  }
  return { resealed, unopenable, changed, isDone: changed === 0 && listed.length < asked && found.length <= limit };
}

async function resealOne(
  sealed: SealedRecords,
  keys: SealingKeys,
  { kind, name, revision }: SealedRow,
): Promise<'resealed' | 'changed' | 'unopenable'> {
  const record = await sealed.find(kind, name);
  if (record?.revision !== revision) return 'changed';
  const plain = tryToOpen(keys, record);
  if (plain === undefined) return 'unopenable';
  return (await sealed.replace(sealAtRest(keys, kind, name, plain), revision)) ? 'resealed' : 'changed';
}

/** One writing of one record. */
export function rowOf({ kind, name, revision }: SealedRow): string {
  return JSON.stringify([kind, name, revision]);
}

function tryToOpen(keys: SealingKeys, record: Parameters<typeof openAtRest>[1]): Uint8Array | undefined {
  try {
    return openAtRest(keys, record);
  } catch (error) {
    if (isGakumonError(error)) return undefined;
    throw error;
  }
}

const batch = 200;

/**
 * Makes the housekeeping of the secrets at rest: one batch a call, call it every minute. What no key opens is told of
 * once.
 */
export function keepSealed(sealed: SealedRecords, keys: SealingKeys, report: Report): () => Promise<void> {
  const passOver = new Set<string>();
  return async () => {
    const { resealed, unopenable } = await resealRecords(sealed, keys, { limit: batch, passOver });
    const isNews = passOver.size < mostPassedOver;
    for (const record of unopenable.slice(0, mostPassedOver - passOver.size)) passOver.add(rowOf(record));
    const [first] = unopenable;
    if (first !== undefined && isNews) {
      const fields = { count: unopenable.length, kind: first.kind, name: first.name, key: first.keyId };
      report({ level: 'error', message: 'secrets in the records open with no sealing key', fields });
    }
    if (resealed === 0) return;
    const fields = { count: resealed, key: keys.current.id };
    report({ level: 'info', message: 'secrets in the records are under the sealing key now', fields });
  };
}
