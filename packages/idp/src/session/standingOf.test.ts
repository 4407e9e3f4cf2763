import type { Person, Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { AuthenticationFact } from '../ports.ts';
import * as standings from './standingOf.ts';

const directories = [{ name: 'staff' }, { name: 'local' }];
type Facts = readonly AuthenticationFact[];
const standingOf = (facts: Facts, of: Person | undefined) => standings.standingOf(facts, of, directories);
const standingOfSession = (facts: Facts, of: Person | undefined) => standings.standingOfSession(facts, of, directories);

const person = (changes: Partial<Person> = {}): Person => ({
  username: 's1234567' as Username,
  directory: 'local',
  passwordVersion: 'new',
  account: {},
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
    ['account disabled', person({ account: { closed: { reason: 'disabled' } } })],
  ])('attack: counts for nothing: %s', (reason, present) => {
    expect(standingOf([fact('new')], present)).toEqual({ kind: 'fallen', reason });
    expect(standingOf([fact(undefined)], present)).toEqual({ kind: 'fallen', reason });
  });
  test('nothing proved is nothing', () => {
    expect(standingOf([], person())).toEqual({ kind: 'fallen', reason: 'nothing proved' });
  });
});

describe('a changed password takes with it what was proved on the strength of it', () => {
  const code = (at: number): AuthenticationFact => ({ ...fact(undefined, at), authenticator: 'totp' });
  const key = (at: number): AuthenticationFact => ({ ...fact(undefined, at), authenticator: 'webauthn' });
  const passkey = (at: number): AuthenticationFact => ({ ...key(at), traits: ['user-verified'] });
  const fallen = { kind: 'fallen', reason: 'password changed' };

  test.each<[string, readonly AuthenticationFact[], readonly AuthenticationFact[]]>([
    ['a passkey alone stands', [passkey(1)], [passkey(1)]],
    ['what began with a passkey stands without the password', [passkey(1), fact('old', 2)], [passkey(1)]],
    [
      'what was proved since the new password stands',
      [fact('old', 1), fact('new', 3), code(4)],
      [fact('new', 3), code(4)],
    ],
    [
      'not what was proved since the old one, though the rest stands',
      [passkey(1), fact('old', 2), code(3), fact('new', 4)],
      [passkey(1), fact('new', 4)],
    ],
  ])('%s', (_, facts, left) => {
    expect(standingOfSession(facts, person())).toMatchObject({ kind: 'stands', facts: left });
  });
  test.each<[string, readonly AuthenticationFact[]]>([
    ['a code that was read out to whoever had the password', [fact('old', 1), code(2)]],
    ['a key that was touched for them', [fact('old', 1), key(2)]],
    ['even one that verified the person: the session began with the password', [fact('old', 1), passkey(2)]],
    ['a code before it', [code(1), fact('old', 2)]],
  ])('attack: %s', (_, facts) => {
    expect(standingOfSession(facts, person())).toEqual(fallen);
  });
  test('attack: a code from before the new password makes no two factors with it', () => {
    const facts = [fact('old', 1), code(2), fact('new', 3)];
    expect(standingOfSession(facts, person())).toMatchObject({ facts: [fact('new', 3)] });
  });
  test('attack: a session in which nothing tells who it is stands for nobody, whatever was pushed out of it', () => {
    expect(standingOfSession([code(1), key(2)], person())).toEqual({ kind: 'fallen', reason: 'nothing proved' });
    expect(standingOf([code(1)], person())).toMatchObject({ kind: 'stands' });
  });
});

describe('a name that another directory has now is somebody else', () => {
  const of = (directory: string | undefined, at = 1): AuthenticationFact => ({ ...fact('new', at), directory });
  const ofStaff = person({ directory: 'staff' });
  const fallen = { kind: 'fallen', reason: "the name is somebody else's now, of directory staff" };

  test.each<[string, Facts, Facts]>([
    ['what was proved as the same person stands', [of('staff'), of('staff', 2)], [of('staff'), of('staff', 2)]],
    ['what the release before wrote stands', [of(undefined)], [of(undefined)]],
    ['what a directory wrote that had another name once stands', [of('formerly')], [of('formerly')]],
    ['of both, what the person of now proved', [of('local'), of('staff', 2)], [of('staff', 2)]],
  ])('%s', (_, facts, left) => {
    expect(standingOfSession(facts, ofStaff)).toMatchObject({ kind: 'stands', facts: left });
  });
  test.each<[string, Facts]>([
    ['a password of the other one', [of('local')]],
    ['a passkey of theirs', [{ ...of('local'), authenticator: 'webauthn', traits: ['user-verified'] }]],
    ['theirs, with what may be of either', [of(undefined), of('local', 2)]],
  ])('attack: %s', (_, facts) => {
    expect(standingOfSession(facts, ofStaff)).toEqual(fallen);
    expect(standingOf(facts, ofStaff)).toEqual(fallen);
  });
});
