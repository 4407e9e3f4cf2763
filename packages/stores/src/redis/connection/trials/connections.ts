import { setImmediate as nextTurn } from 'node:timers/promises';
import { isGakumonError } from '@gakumon/terms';
import { afterAll, expect } from '@jest/globals';
import type { RedisLocation } from '../../../locations.ts';
import type { RedisConnection } from '../../redisConnection.ts';
import { openRedisConnection } from '../openRedisConnection.ts';

const opened: RedisConnection[] = [];
afterAll(async () => {
  await Promise.all(opened.splice(0).map((connection) => connection.close()));
});

/** Opens a connection that the last test of the file closes. */
export async function connect(location: RedisLocation): Promise<RedisConnection> {
  const connection = await openRedisConnection(location);
  opened.push(connection);
  return connection;
}

/** Repeats a step until it no longer throws. @returns what it gave then @throws what it still threw after half a minute */
export async function untilWell<T>(step: () => Promise<T>): Promise<T> {
  const deadline = performance.now() + 30_000;
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (performance.now() > deadline) throw error;
      await nextTurn();
    }
  }
}

/** Repeats a step until it throws what an operator reads as such. */
export function untilTold(step: () => Promise<unknown>, pattern: RegExp): Promise<void> {
  return untilWell(async () => expect(await detailOf(step())).toMatch(pattern));
}

/** The detail of the `store-unavailable` that a step ends with. @throws Error when it ends otherwise */
export async function detailOf(step: Promise<unknown>): Promise<string> {
  const error = await step.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error === undefined) return 'it is well';
  if (isGakumonError(error) && error.code === 'store-unavailable') return error.detail ?? '';
  throw error;
}
