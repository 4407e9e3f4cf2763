import { expect, test } from '@jest/globals';
import { createLeastRecentlyUsed } from './leastRecentlyUsed.ts';

test('what was not used for longest goes first', () => {
  const dropped: string[] = [];
  const kept = createLeastRecentlyUsed<number>({ most: 2 }, (key) => void dropped.push(key));
  kept.set('a', 1);
  kept.set('b', 2);
  kept.get('a');
  kept.set('c', 3);
  expect([dropped, [...kept.values()]]).toEqual([['b'], [1, 3]]);
});

test('attack: enormous values go by their weight, and the last one stays however heavy it is', () => {
  const kept = createLeastRecentlyUsed<number>({ most: 100, heaviest: 10, weightOf: (weight) => weight });
  for (const [key, weight] of Object.entries({ a: 4, b: 4, c: 4 })) kept.set(key, weight);
  expect([...kept.values()]).toEqual([4, 4]);
  kept.set('b', 1);
  kept.delete('c');
  kept.set('d', 9);
  expect([...kept.values()]).toEqual([1, 9]);
  kept.set('e', 1000);
  expect([...kept.values()]).toEqual([1000]);
});
