import { expect, test } from '@jest/globals';
import { firstInOrder } from './firstInOrder.ts';

const good = (name: string, before: Promise<unknown> = Promise.resolve()) => before.then(() => name);
const bad = () => Promise.reject(new Error('refused'));
const silent = new Promise<string>(() => {});

test('the first that goes well is taken, though a later one answered earlier', async () => {
  const second = good('second');
  expect(await firstInOrder([good('first', second), second], 10_000)).toBe('first');
});

test('those that fail are passed over', async () => {
  expect(await firstInOrder([bad(), good('second'), good('third')], 10_000)).toBe('second');
  expect(await firstInOrder([bad(), bad()], 10_000)).toBeUndefined();
});

test('one that says nothing is not waited for when another would do, wherever they stand', async () => {
  expect(await firstInOrder([silent, good('second')], 1)).toBe('second');
  expect(await firstInOrder([silent, bad(), silent, good('fourth'), silent], 1)).toBe('fourth');
});
