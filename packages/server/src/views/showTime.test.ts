import { expect, test } from '@jest/globals';
import { showEnd, showTime } from './showTime.ts';

test('a time is shown by the clocks of Japan, wherever the server stands, and exactly for machines', () => {
  const time = Date.UTC(2026, 10, 22, 15, 3, 11, 42);
  expect(showTime(time, 'ja')).toEqual({ shown: '2026/11/23 0:03:11 JST', iso: '2026-11-22T15:03:11.042Z' });
  expect(showTime(time, 'en')).toEqual({ shown: '23 Nov 2026, 00:03:11 JST', iso: '2026-11-22T15:03:11.042Z' });
});

test('what ends at midnight lasts until the day before, anything else until its time', () => {
  expect(showEnd(Date.UTC(2027, 2, 31, 15), 'ja')).toBe('2027年3月31日(水)');
  expect(showEnd(Date.UTC(2027, 2, 31, 15), 'en')).toBe('Wednesday, 31 March 2027');
  expect(showEnd(Date.UTC(2027, 2, 31, 3), 'ja')).toBe('2027年3月31日(水) 12:00');
});
