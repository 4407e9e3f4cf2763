import { fixedClock } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { boundedMap } from './boundedMap.ts';

test('what is taken is gone', () => {
  const map = boundedMap<string>({ capacity: 2, lifetime: 1000, now: fixedClock() });
  map.set('a', 'x');
  expect(map.take('a')).toBe('x');
  expect(map.take('a')).toBeUndefined();
});

test('a flood pushes the oldest out and never grows beyond the capacity', () => {
  const map = boundedMap<number>({ capacity: 100, lifetime: 1000, now: fixedClock() });
  for (let at = 0; at < 1000; at += 1) map.set(`k${at}`, at);
  expect(map.get('k899')).toBeUndefined();
  expect(map.get('k900')).toBe(900);
});

test('what is old is forgotten', () => {
  const now = fixedClock();
  const map = boundedMap<string>({ capacity: 2, lifetime: 1000, now });
  map.set('a', 'x');
  now.advance(999);
  expect(map.get('a')).toBe('x');
  now.advance(1);
  expect(map.get('a')).toBeUndefined();
});
