import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openStores } from '../../openStores.ts';
import type { Stores } from '../../stores.ts';

/** Gives a trial the path of a database that does not exist yet, in a folder that goes away afterwards. */
export async function withDatabaseFile(trial: (file: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-stores-'));
  try {
    await trial(join(folder, 'gakumon.db'));
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Opens the stores of a file for a trial, by the real clock, and closes them whatever happens. */
export async function withStores<T>(
  file: string,
  trial: (stores: Stores) => Promise<T>,
  patienceMs = 30_000,
): Promise<T> {
  const stores = await openStores({
    records: { kind: 'sqlite', file },
    sessions: { kind: 'records' },
    clock: Date.now,
    patienceMs,
  });
  try {
    return await trial(stores);
  } finally {
    await stores.close();
  }
}

/** The code of the error that a promise rejects with, or what it gave. */
export async function codeOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    (value) => ({ value }),
    (error: { code?: unknown }) => error.code,
  );
}
