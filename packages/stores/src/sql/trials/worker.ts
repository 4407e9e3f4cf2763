/**
 * A process of its own with its own connection: opens the file, says `ready`, waits for a line, does its task, prints
 * `{ result }` or `{ code, detail }`. Arguments: task, file, orders as JSON, and a user id to become before opening.
 */
import { once } from 'node:events';
import { isGakumonError } from '@gakumon/terms';
import { openStores } from '../../openStores.ts';
import { type Orders, type TaskName, tasks } from './tasks.ts';

const [task, file, orders, userId] = process.argv.slice(2) as [TaskName, string, string, string | undefined];
const say = (value: unknown): void => void process.stdout.write(`${JSON.stringify(value)}\n`);

try {
  if (userId !== undefined) process.setuid?.(Number(userId));
  const stores = await openStores({
    records: { kind: 'sqlite', file },
    sessions: { kind: 'records' },
    clock: Date.now,
    patienceMs: 30_000,
  });
  say('ready');
  await once(process.stdin, 'data');
  say({ result: await tasks[task](stores, JSON.parse(orders) as Orders) });
  await stores.close();
} catch (error) {
  if (!isGakumonError(error)) throw error;
  say({ code: error.code, detail: error.detail });
}
process.stdin.destroy();
