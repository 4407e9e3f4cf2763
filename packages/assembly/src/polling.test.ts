import { describe, expect, test } from '@jest/globals';
import { startPolling } from './polling.ts';

describe('polling', () => {
  test('goes on after a failure, and never works twice at once', async () => {
    const errors: unknown[] = [];
    const { promise: enough, resolve } = Promise.withResolvers<void>();
    let calls = 0;
    let running = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      calls += 1;
      running += 1;
      most = Math.max(most, running);
      await new Promise((done) => setImmediate(done));
      running -= 1;
      if (calls === 5) resolve();
      throw new RangeError(`call ${calls}`);
    };
    const stop = startPolling(work, 1, (error) => errors.push(error));
    await enough;
    await stop();
    expect(most).toBe(1);
    expect(errors).toHaveLength(calls);
  });

  test('waits for the call that is under way when it is stopped, and makes no other', async () => {
    const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
    const { promise: mayEnd, resolve: end } = Promise.withResolvers<void>();
    let calls = 0;
    let finished = false;
    const stop = startPolling(
      async () => {
        calls += 1;
        begin();
        await mayEnd;
        finished = true;
      },
      1,
      () => {},
    );
    await begun;
    const stopped = stop();
    end();
    await stopped;
    expect([calls, finished]).toEqual([1, true]);
  });
});
