import { expect, test } from '@jest/globals';
import { createPatience } from './patience.ts';

const busy = new Error('busy');
const isBusy = (error: unknown) => error === busy;

test('a busy step is repeated, another failure is not', async () => {
  const patience = createPatience(isBusy, 30_000);
  let rounds = 0;
  const step = async () => {
    rounds += 1;
    if (rounds < 3) throw busy;
    return rounds;
  };
  expect(await patience.retry(step)).toBe(3);
  const broken = async () => {
    rounds += 1;
    throw new Error('broken');
  };
  await expect(patience.retry(broken)).rejects.toThrow('broken');
  expect(rounds).toBe(4);
});

test('who waits behind a step that is busy for ever is refused without trying: no pile-up inside the engine', async () => {
  const patience = createPatience(isBusy, 60);
  let tried = 0;
  const holdPastEveryDeadline = async () => {
    const end = performance.now() + 61;
    while (performance.now() < end);
    throw busy;
  };
  const first = patience.inTurn(holdPastEveryDeadline).catch((error: unknown) => error);
  const others = Array.from({ length: 5 }, () =>
    patience
      .inTurn(async () => {
        tried += 1;
      })
      .catch((error: { code?: unknown }) => error.code),
  );
  expect(await first).toBe(busy);
  expect(await Promise.all(others)).toEqual(Array(5).fill('store-unavailable'));
  expect(tried).toBe(0);
  expect(await patience.inTurn(async () => 'works again')).toBe('works again');
});

test('steps in turn never overlap, and one that fails stops nobody', async () => {
  const patience = createPatience(isBusy, 30_000);
  let running = 0;
  const step = async (index: number) => {
    running += 1;
    expect(running).toBe(1);
    await new Promise((resolve) => setImmediate(resolve));
    running -= 1;
    if (index === 1) throw new Error('broken');
    return index;
  };
  const results = await Promise.allSettled([0, 1, 2].map((index) => patience.inTurn(() => step(index))));
  expect(results.map((result) => result.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
});
