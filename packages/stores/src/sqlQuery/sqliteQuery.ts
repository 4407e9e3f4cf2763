import { Worker } from 'node:worker_threads';
import type { SqlQuery } from '@gakumon/directory';
import { GakumonError } from '@gakumon/terms';
import { requireFewRows } from './oneStatement.ts';
import type { SqliteAnswer, SqliteQuestion } from './sqliteThread.ts';

type Rows = Extract<SqliteAnswer, { rows: unknown }>['rows'];
type Waiter = { readonly resolve: (rows: Rows) => void; readonly reject: (error: Error) => void };

const thread = new URL('./sqliteThread.ts', import.meta.url);
/** Megabytes of its heap. */
const resourceLimits = { maxOldGenerationSizeMb: 64, maxYoungGenerationSizeMb: 4, codeRangeSizeMb: 16 };
/** Questions under way at once. */
const mostWaiting = 512;

/**
 * Asks a file of SQLite, which nothing is written to. SQLite answers while its caller stands still, so that is a thread of
 * its own: a query without an index holds up nobody but those who wait for it. The thread stands from the first question on.
 */
export function openSqliteQuery(file: string): SqlQuery {
  const waiting = new Map<number, Waiter>();
  let worker: Worker | undefined;
  let last = 0;

  function settle(answer: SqliteAnswer): void {
    const waiter = waiting.get(answer.id);
    if ('rows' in answer) waiter?.resolve(answer.rows);
    else waiter?.reject(new Error(answer.failed));
  }
  function drop(which: Worker, reason: string): void {
    if (worker !== which) return;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error(reason));
  }
  function running(): Worker {
    if (worker !== undefined) return worker;
    const started = new Worker(thread, { workerData: { file }, resourceLimits });
    started.on('message', settle);
    started.on('error', (error: Error) => drop(started, error.message));
    started.on('exit', () => drop(started, 'the thread of the database ended'));
    // Whoever waits has a timer; nobody else keeps the process alive for it
    started.unref();
    worker = started;
    return started;
  }
  async function ask(text: string, key: string, within: number): Promise<Rows> {
    if (waiting.size >= mostWaiting) throw new Error(`${waiting.size} questions wait already`);
    last += 1;
    const question: SqliteQuestion = { id: last, text, key };
    const { promise, resolve, reject } = Promise.withResolvers<Rows>();
    waiting.set(question.id, { resolve, reject });
    const timer = setTimeout(() => reject(new Error(`no answer within ${within} ms`)), within);
    try {
      running().postMessage(question);
      return await promise;
    } finally {
      clearTimeout(timer);
      waiting.delete(question.id);
    }
  }

  return {
    async query(text, key, within) {
      try {
        return requireFewRows(await ask(text, key, within));
      } catch (error) {
        const detail = Error.isError(error) ? error.message : String(error);
        throw new GakumonError('store-unavailable', { detail, cause: error });
      }
    },
    async close() {
      const ending = worker;
      if (ending !== undefined) drop(ending, 'it was closed');
      await ending?.terminate();
    },
  };
}
