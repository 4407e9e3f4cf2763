import { expect, test } from '@jest/globals';
import { describeDirectoryHold, tellDirectoryHold } from './accountText.ts';

test('what a directory itself counts is told beside our own count, with its end where it is known', () => {
  const until = Date.parse('2027-03-31T15:00:00Z');
  expect(tellDirectoryHold('students', { kind: 'held', until })).toBe(
    'the directory students is asked about no password until 2027-04-01T00:00:00+09:00: one more wrong one would lock the account there',
  );
  expect(tellDirectoryHold('students', { kind: 'locked', until: undefined })).toMatch(
    /until it is unlocked there: it locked the account$/,
  );
  expect(describeDirectoryHold({ kind: 'locked', until: undefined })).toEqual({ kind: 'locked', until: null });
});
