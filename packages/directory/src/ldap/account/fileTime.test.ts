import { describe, expect, test } from '@jest/globals';
import { parseFileTime, writeFileTime } from './fileTime.ts';

describe('parseFileTime', () => {
  test.each([
    ['116444736000000000', '1970-01-01T00:00:00Z'],
    ['134194752000000000', '2026-04-01T00:00:00Z'],
    ['134398693234560000', '2026-11-23T01:02:03.456Z'],
    ['1', '1601-01-01T00:00:00Z'],
  ])('%s is %s', (text, instant) => {
    expect(parseFileTime(text)).toBe(Date.parse(instant));
  });

  test('0 and the greatest value mean never', () => {
    expect(parseFileTime('0')).toBe('never');
    expect(parseFileTime('9223372036854775807')).toBe('never');
  });

  test.each(['', '-1', '1.5', '0x10', '1e3', '9223372036854775808', '9'.repeat(1_000_000), 'never', ' 1', '１'])(
    'nonsense is none: %.20s',
    (text) => {
      expect(parseFileTime(text)).toBeUndefined();
    },
  );

  test('what is written is read again to the millisecond', () => {
    const instant = Date.parse('2026-11-23T01:02:03.456Z');
    expect(writeFileTime(instant)).toBe('134398693234560000');
    expect(parseFileTime(writeFileTime(instant))).toBe(instant);
  });
});
