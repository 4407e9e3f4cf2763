import { expect, test } from '@jest/globals';
import { passwordVersionOf } from './passwordVersion.ts';
import { entryOf, settingsOf } from './testing/entries.ts';

const versionOf = (values: Parameters<typeof entryOf>[0]) => passwordVersionOf(entryOf(values), settingsOf());

test('it changes with the first attribute that the entry has, and with no other', () => {
  const before = versionOf({ pwdChangedTime: '20260401000000Z', cn: 'a' });
  expect(before).toMatch(/^[\w-]{12}$/);
  expect(versionOf({ pwdChangedTime: '20260401000000Z', cn: 'b', pwdLastSet: '5' })).toBe(before);
  expect(versionOf({ pwdChangedTime: '20260401000001Z', cn: 'a' })).not.toBe(before);
  expect(versionOf({ pwdLastSet: '20260401000000Z' })).not.toBe(before);
});

test('the order of values is nothing: servers keep none', () => {
  expect(versionOf({ pwdChangedTime: ['a', 'b'] })).toBe(versionOf({ pwdChangedTime: ['b', 'a'] }));
  expect(versionOf({ pwdChangedTime: ['ab'] })).not.toBe(versionOf({ pwdChangedTime: ['a', 'b'] }));
});

test('an entry without any has no version', () => {
  expect(versionOf({ cn: 'a' })).toBeUndefined();
});
