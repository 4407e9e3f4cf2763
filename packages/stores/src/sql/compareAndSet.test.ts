import { expect, test } from '@jest/globals';
import { compareAndSet } from './compareAndSet.ts';

test('it goes on until nobody was faster', async () => {
  let round = 0;
  const result = await compareAndSet(async () => {
    round += 1;
    return round < 5 ? 'outrun' : { done: round };
  });
  expect(result).toBe(5);
});

test('a row that never stands still is an error and no endless loop', () =>
  expect(compareAndSet(async () => 'outrun')).rejects.toMatchObject({ code: 'store-unavailable' }));
