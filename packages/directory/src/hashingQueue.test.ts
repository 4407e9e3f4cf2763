import { describe, expect, test } from '@jest/globals';
import { createHashingQueue } from './hashingQueue.ts';

/** Work that goes on until it is told to end. */
function createWork<T>() {
  const { promise, resolve, reject } = Promise.withResolvers<T>();
  const state = { started: false };
  const work = (): Promise<T> => {
    state.started = true;
    return promise;
  };
  return { work, state, resolve, reject };
}

const settle = () => new Promise((resolve) => setImmediate(resolve));

describe('createHashingQueue', () => {
  test('a flood is refused as busy: so many run, so many wait, no more', async () => {
    const queue = createHashingQueue({ running: 2, waiting: 3 });
    const works = Array.from({ length: 5 }, () => createWork<string>());
    const accepted = works.map(({ work }) => queue(work));
    await settle();
    expect(works.map(({ state }) => state.started)).toEqual([true, true, false, false, false]);
    for (let i = 0; i < 100; i += 1) {
      await expect(queue(async () => 'never')).rejects.toMatchObject({ code: 'busy' });
    }
    for (const { resolve } of works) resolve('done');
    expect(await Promise.all(accepted)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(await queue(async () => 'open again')).toBe('open again');
  });

  test('the first to come is the first to run, and a newcomer does not slip past those who wait', async () => {
    const queue = createHashingQueue({ running: 1, waiting: 9 });
    const order: string[] = [];
    const first = createWork<void>();
    const all = [queue(first.work), queue(async () => void order.push('second'))];
    await settle();
    first.resolve();
    all.push(queue(async () => void order.push('third')));
    await Promise.all(all);
    expect(order).toEqual(['second', 'third']);
  });

  test('never more than allowed at once', async () => {
    const queue = createHashingQueue({ running: 3, waiting: 100 });
    let running = 0;
    let most = 0;
    const one = async () => {
      running += 1;
      most = Math.max(most, running);
      await settle();
      running -= 1;
    };
    await Promise.all(Array.from({ length: 50 }, () => queue(one)));
    expect(most).toBe(3);
  });

  test('work that fails gives its place back', async () => {
    const queue = createHashingQueue({ running: 1, waiting: 0 });
    for (let i = 0; i < 3; i += 1) {
      await expect(
        queue(async () => {
          throw new RangeError('out of memory');
        }),
      ).rejects.toThrow('out of memory');
    }
    expect(await queue(async () => 'still open')).toBe('still open');
  });
});
