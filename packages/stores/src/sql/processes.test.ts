import { DatabaseSync } from 'node:sqlite';
import { setImmediate as nextTurn } from 'node:timers/promises';
import type { AttemptId, SessionId } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { withDatabaseFile, withStores } from './trials/databaseFile.ts';
import { runTogether, runWorker, startWorker } from './trials/startWorker.ts';
import { createSharedSession, sharedSession, type TaskName } from './trials/tasks.ts';

/** Runs a task in several processes that begin at the same moment; each gives a list. */
async function rivals(file: string, task: TaskName, count: number, times: number): Promise<unknown[][]> {
  const workers = Array.from({ length: count }, (_, worker) => ({ task, file, orders: { worker, times } }));
  const answers = (await runTogether(workers)) as { result: unknown[] }[];
  return answers.map((answer) => answer.result);
}

describe('several processes on one SQLite file', () => {
  test('they may all make it at once; each attempt is won by exactly one of them', () =>
    withDatabaseFile(async (file) => {
      const won = await rivals(file, 'consume', 3, 200);
      const all = won.flat() as number[];
      expect(all.sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index));
    }));

  test('no fact of any of them is lost', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, async (stores) => {
        await createSharedSession(stores);
        expect(await rivals(file, 'appendFacts', 2, 20)).toEqual([Array(20).fill(true), Array(20).fill(true)]);
        const kept = await stores.sessions.find(sharedSession, Date.now());
        const expected = [0, 1].flatMap((worker) => Array.from({ length: 20 }, (_, index) => `${worker}-${index}`));
        expect(kept?.facts.map((fact) => fact.address).sort()).toEqual(expected.sort());
      });
    }));

  test('revoked in one while others append: it never comes back', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, async (stores) => {
        for (let round = 0; round < 3; round += 1) {
          await createSharedSession(stores);
          const orders = { times: 1_000_000 };
          const running = runTogether([
            { task: 'appendUntilGone', file, orders: { ...orders, worker: 1 } },
            { task: 'appendUntilGone', file, orders: { ...orders, worker: 2 } },
          ]);
          await untilUsed(stores.sessions);
          expect(await stores.sessions.revoke(sharedSession)).toBeDefined();
          for (const answer of await running) expect(answer).toEqual({ result: expect.any(Number) });
          expect(await stores.sessions.find(sharedSession, Date.now())).toBeUndefined();
        }
      });
    }));

  test('each hit gets its own count', () =>
    withDatabaseFile(async (file) => {
      const counts = (await rivals(file, 'hit', 3, 60)).flat() as number[];
      const expected = Array.from({ length: 60 }, (_, index) => index + 1).flatMap((count) => [count, count, count]);
      expect(counts.sort((a, b) => a - b)).toEqual(expected);
    }));

  test('each change of secrets is one generation', () =>
    withDatabaseFile(async (file) => {
      await rivals(file, 'saveMetadata', 3, 10);
      await withStores(file, async ({ sealed }) => {
        expect(await sealed.list('totp')).toHaveLength(30);
        expect(await sealed.generation('totp')).toBe(30);
      });
    }));
});

describe('a process that dies in the middle of writes', () => {
  test('kill -9: the database is whole, what was told safe is there, no transaction is half there', () =>
    withDatabaseFile(async (file) => {
      for (let worker = 0; worker < 3; worker += 1) {
        const victim = startWorker({ task: 'writeForEver', file, orders: { worker } });
        expect((await victim.lines.next()).value).toBe('ready');
        victim.go();
        const safe = await lastSafe(victim.lines, 5 + worker * 7);
        await victim.kill();
        await withStores(file, (stores) => expectWhole(stores, worker, safe));
        expect(integrityOf(file)).toBe('ok');
      }
    }));

  test('a disk that fills: the write is refused by name, and what was there stays', () =>
    withDatabaseFile(async (file) => {
      await withStores(file, async () => {});
      const worker = startWorker({ task: 'writeForEver', file, fileBlocks: 2048 });
      expect((await worker.lines.next()).value).toBe('ready');
      worker.go();
      let safe = -1;
      let line = await worker.lines.next();
      for (; !line.done && isSafe(line.value); line = await worker.lines.next()) safe = line.value.safe;
      expect(line.value).toMatchObject({ code: 'store-unavailable' });
      expect(safe).toBeGreaterThan(0);
      await withStores(file, (stores) => expectWhole(stores, 0, safe));
      expect(integrityOf(file)).toBe('ok');
      expect(await runWorker({ task: 'consume', file })).toEqual({ result: [0] });
    }));
});

const isSafe = (line: unknown): line is { safe: number } => typeof line === 'object' && line !== null && 'safe' in line;

async function untilUsed(sessions: Parameters<Parameters<typeof withStores>[1]>[0]['sessions']): Promise<void> {
  for (;;) {
    const session = await sessions.find(sharedSession, Date.now());
    if ((session?.serviceProviders.length ?? 0) >= 9) return;
    // SQLite answers without leaving this turn of the event loop; the workers' lines come in between two turns
    await nextTurn();
  }
}

async function lastSafe(lines: AsyncIterator<unknown, undefined>, count: number): Promise<number> {
  let safe = -1;
  while (safe < count) {
    const line = await lines.next();
    if (!isSafe(line.value)) throw new Error(`the worker ended early: ${JSON.stringify(line.value)}`);
    safe = line.value.safe;
  }
  return safe;
}

async function expectWhole(
  stores: Parameters<Parameters<typeof withStores>[1]>[0],
  worker: number,
  safe: number,
): Promise<void> {
  await stores.checkRecords();
  const names = (await stores.sealed.list('totp')).map((loaded) => loaded.name);
  // A name without its generation, or a generation without its name, would be half a transaction
  expect(await stores.sealed.generation('totp')).toBe(names.length);
  for (let index = 0; index <= safe; index += 1) {
    expect(names).toContain(`${worker}-${index}`);
    expect(await stores.attempts.isConsumed(`attempt-${worker}-${index}` as AttemptId)).toBe(true);
    const session = await stores.sessions.find(`session-${worker}-${index}` as SessionId, Date.now());
    expect(session).toBeDefined();
  }
}

function integrityOf(file: string): unknown {
  const database = new DatabaseSync(file);
  const row = database.prepare('pragma integrity_check').get();
  database.close();
  return row?.integrity_check;
}
