import { expect, test } from '@jest/globals';
import { acceptsGzip } from './acceptsGzip.ts';

test.each([
  [undefined, false],
  ['', false],
  ['identity', false],
  ['br, deflate', false],
  ['gzip', true],
  ['br;q=1.0, GZIP;q=0.5', true],
  ['gzip;q=0', false],
  ['gzip; q=0.000', false],
  ['gzip;q=0.001', true],
  ['*', true],
  ['*;q=0', false],
  ['*, gzip;q=0', false],
])('Accept-Encoding %s: %s', (header, expected) => {
  expect(acceptsGzip(header)).toBe(expected);
});
