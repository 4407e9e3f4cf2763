import { isGakumonError } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { formatDateTime, parseDateTime } from './dateTime.ts';

test.each([
  ['2026-11-22T11:07:44Z', '2026-11-22T11:07:44.000Z'],
  ['2026-11-22T11:07:44.1234567Z', '2026-11-22T11:07:44.123Z'],
  ['2026-11-22T20:07:44+09:00', '2026-11-22T11:07:44.000Z'],
  ['2026-11-22T06:07:44-05:00', '2026-11-22T11:07:44.000Z'],
  ['2026-11-22T11:07:44', '2026-11-22T11:07:44.000Z'],
  ['2024-02-29T00:00:00Z', '2024-02-29T00:00:00.000Z'],
])('%s is %s', (text, instant) => {
  expect(formatDateTime(parseDateTime(text))).toBe(instant);
});

test.each([
  '',
  'yesterday',
  '2026-11-22',
  '2026-02-30T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-11-22T25:00:00Z',
  '1e3',
])('%j is no dateTime', (text) => {
  let thrown: unknown;
  try {
    parseDateTime(text);
  } catch (error) {
    thrown = error;
  }
  expect(isGakumonError(thrown) ? thrown.code : thrown).toBe('request-invalid');
});
