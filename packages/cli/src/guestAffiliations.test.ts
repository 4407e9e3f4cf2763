import type { Person } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { listMemberships, readAffiliation, requireStaff } from './guestAffiliations.ts';

test('attack: a word that no service knows is no affiliation', () => {
  expect(readAffiliation(' Affiliate ')).toBe('affiliate');
  expect(() => readAffiliation('studnt')).toThrow(/"studnt": one of .*; did you mean student\?/);
  expect(() => readAffiliation('x')).toThrow(/one of faculty, staff/);
});

test('what makes a member of a guest is known', () => {
  expect(listMemberships(['affiliate', 'student', 'member'])).toEqual(['student', 'member']);
});

test.each([
  [['student'], true],
  [['Student@example.ac.jp', 'member'], true],
  [['alum'], true],
  [['student', 'staff'], false],
  [['faculty', 'member'], false],
  [['教員'], false],
  [[], false],
])('attack: %j answers for guests', (affiliation, isRefused) => {
  const person = { username: 'u1', attributes: { affiliation } } as unknown as Person;
  const require = () => requireStaff(person);
  if (isRefused) expect(require).toThrow(expect.objectContaining({ code: 'guest-refused' }));
  else expect(require).not.toThrow();
});
