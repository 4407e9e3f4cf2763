import type { Person, Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { AuthenticationFact } from '../ports.ts';
import { standingOf } from './standingOf.ts';

const person = (changes: Partial<Person> = {}): Person => ({
  username: 's1234567' as Username,
  directory: 'local',
  passwordVersion: 'new',
  isDisabled: false,
  groups: [],
  attributes: {},
  ...changes,
});
const fact = (passwordVersion: string | undefined, at = 0): AuthenticationFact => ({
  authenticator: 'password',
  at,
  address: '192.0.2.1',
  passwordVersion,
});

describe('what was proved before', () => {
  test('counts for as long as the password is the same', () => {
    const facts = [fact('new', 1), fact('new', 2)];
    expect(standingOf(facts, person())).toEqual({ kind: 'stands', person: person(), facts });
  });
  test('counts where the directory cannot tell the state of a password', () => {
    const facts = [fact(undefined)];
    expect(standingOf(facts, person({ passwordVersion: undefined }))).toMatchObject({ kind: 'stands', facts });
    expect(standingOf(facts, person())).toMatchObject({ kind: 'stands', facts });
  });
  test('attack: with the old password counts no longer, and what was proved with the new one does', () => {
    expect(standingOf([fact('old', 1), fact('new', 2)], person())).toMatchObject({ facts: [fact('new', 2)] });
    expect(standingOf([fact('old')], person())).toEqual({ kind: 'fallen', reason: 'password changed' });
  });
  test('attack: does not count because the directory forgot the state of the password', () => {
    const forgetful = person({ passwordVersion: undefined });
    expect(standingOf([fact('old')], forgetful)).toEqual({ kind: 'fallen', reason: 'password changed' });
  });
  test.each<[string, Person | undefined]>([
    ['person unknown', undefined],
    ['account disabled', person({ isDisabled: true })],
  ])('attack: counts for nothing: %s', (reason, present) => {
    expect(standingOf([fact('new')], present)).toEqual({ kind: 'fallen', reason });
    expect(standingOf([fact(undefined)], present)).toEqual({ kind: 'fallen', reason });
  });
  test('nothing proved is nothing', () => {
    expect(standingOf([], person())).toEqual({ kind: 'fallen', reason: 'nothing proved' });
  });
});
