import { expect, test } from '@jest/globals';
import { parseCacheDuration } from './xmlDuration.ts';

const day = 86_400_000;

test.each([
  ['PT6H', 6 * 3_600_000],
  [' P1DT1M1.5S ', day + 61_000],
  ['P1Y', 365 * day],
  ['P1M', 28 * day],
  ['PT0S', undefined],
  ['P', undefined],
  ['PT', undefined],
  ['P1DT', undefined],
  ['-PT6H', undefined],
  ['P99999999999999999D', undefined],
  ['6 hours', undefined],
  [undefined, undefined],
])('cacheDuration %p is %p milliseconds', (text, milliseconds) => {
  expect(parseCacheDuration(text)).toBe(milliseconds);
});
