import { expect, test } from '@jest/globals';
import { createExpiringMap } from './expiringMap.ts';

test('a flood never pushes out a mark that stops a replay: the full map refuses', () => {
  const map = createExpiringMap<string>(2);
  map.set('a', '1', 100, 0);
  map.set('b', '2', 200, 0);
  expect(() => map.set('c', '3', 300, 0)).toThrow('store-unavailable');
  expect([map.get('a', 99), map.get('b', 99), map.get('c', 99)]).toEqual(['1', '2', undefined]);
});

test('a full map still changes what it holds, and makes room of what expired', () => {
  const map = createExpiringMap<string>(2);
  map.set('a', '1', 100, 0);
  map.set('b', '2', 200, 0);
  map.set('a', '1b', 100, 0);
  map.set('c', '3', 300, 100);
  expect(map.values(100)).toEqual(['2', '3']);
});
