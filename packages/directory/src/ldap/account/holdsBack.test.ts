import { describe, expect, test } from '@jest/globals';
import { writeFileTime } from './fileTime.ts';
import { holdsBack } from './holdsBack.ts';
import { entryOf, now } from './testing/entries.ts';

const lockout = { attempts: 3, window: 600_000 };
const ago = (seconds: number): string =>
  new Date(now - seconds * 1000).toISOString().replace(/[-:T]/g, '').replace('.000Z', '.123456Z');

describe('by the times that slapd keeps', () => {
  test.each([
    ['none', [], undefined],
    ['one: there is room for another', [5], undefined],
    ['two: a third would lock', [300, 5], { until: now + 301_000 + 123 }],
    ['in any order', [5, 300], { until: now + 301_000 + 123 }],
    ['three: until the second oldest is forgotten', [400, 300, 5], { until: now + 301_000 + 123 }],
    ['forgotten ones count no more', [4000, 3000, 5], undefined],
    ['just forgotten, by a clock that counts seconds', [600, 5], { until: now + 1000 + 123 }],
  ])('%s', (_, seconds, held) => {
    expect(holdsBack(entryOf({ pwdFailureTime: seconds.map(ago) }), lockout, now)).toEqual(held);
  });

  test('attack: what is no time counts as just now', () => {
    expect(holdsBack(entryOf({ pwdFailureTime: ['x', ''] }), lockout, now)).toEqual({ until: now + 601_000 });
  });
});

describe('by the count of AD', () => {
  const counted = (badPwdCount: string, badPasswordTime = writeFileTime(now - 60_000)) =>
    holdsBack(entryOf({ badPwdCount, badPasswordTime }), lockout, now);

  test('held from one before the last, until the window has passed since the last wrong one', () => {
    expect(counted('0')).toBeUndefined();
    expect(counted('1')).toBeUndefined();
    expect(counted('2')).toEqual({ until: now + 541_000 });
    expect(counted('9')).toEqual({ until: now + 541_000 });
  });

  test('the count stays after the window, and means nothing then', () => {
    expect(counted('2', writeFileTime(now - 700_000))).toBeUndefined();
    expect(counted('2', '0')).toBeUndefined();
  });

  test('attack: a count or a time that can’t be read holds back', () => {
    expect(counted('many')).toEqual({ until: now + 541_000 });
    expect(counted('2', 'yesterday')).toEqual({ until: undefined });
  });
});

test('a directory that locks nobody holds nobody, and one that locks at once still lets people try', () => {
  const entry = entryOf({ pwdFailureTime: [ago(1), ago(2), ago(3)] });
  expect(holdsBack(entry, undefined, now)).toBeUndefined();
  expect(holdsBack(entryOf({}), { attempts: 1, window: 600_000 }, now)).toBeUndefined();
  expect(holdsBack(entryOf({ pwdFailureTime: ago(1) }), { attempts: 1, window: 600_000 }, now)).toBeDefined();
});
