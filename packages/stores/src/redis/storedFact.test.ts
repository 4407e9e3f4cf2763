import type { AuthenticationFact } from '@gakumon/idp';
import type { AuthenticatorId } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { readFact, readParts, toFactLine } from './storedFact.ts';

const password: AuthenticationFact = { authenticator: 'password', at: 7, address: '::1', passwordVersion: 'v' };
const passkey: AuthenticationFact = {
  authenticator: 'webauthn',
  at: 8,
  address: '::1',
  passwordVersion: undefined,
  id: 'a-1' as AuthenticatorId,
  traits: ['user-verified', 'synced'],
};

/** As the release before this one reads a line. */
function readAsBefore(line: string): unknown {
  const [authenticator, at, address, passwordVersion] = JSON.parse(line.slice(1));
  return { authenticator, at, address, passwordVersion: passwordVersion ?? undefined };
}

describe('a fact as a line', () => {
  test.each<AuthenticationFact>([
    password,
    passkey,
    { ...passkey, traits: undefined },
    { ...passkey, id: undefined },
    { ...passkey, traits: [] },
    { ...password, passwordState: { kind: 'must-change' } },
    { ...password, passwordState: { kind: 'expires', at: 9 } },
    { ...passkey, passwordState: { kind: 'expired' } },
    { ...password, directory: 'staff' },
    { ...passkey, directory: 'staff' },
    { ...password, passwordState: { kind: 'must-change' }, directory: 'staff' },
  ])('is read as it was written: %j', (fact) => {
    expect(readFact(readParts(toFactLine(fact)))).toEqual(fact);
  });

  test('that tells whose it is by the directory is read by the release before this one, which does not know of it', () => {
    const told = { ...password, directory: 'staff' };
    expect(toFactLine(told)).toBe('F["password",7,"::1","v",null,null,null,"staff"]');
    expect(readAsBefore(toFactLine(told))).toEqual(password);
  });

  test('attack: what is no name is no directory', () => {
    expect(() => readFact(readParts('F["password",7,"::1","v",null,null,null,7]'))).toThrow(TypeError);
  });

  test('that of a password is written as the release before this one writes it', () => {
    expect(toFactLine(password)).toBe('F["password",7,"::1","v"]');
  });

  test('is read by the release before this one, which knows no more of it than what it was proved with', () => {
    expect(readAsBefore(toFactLine(password))).toEqual(password);
    const { id: _, traits: __, ...rest } = passkey;
    expect(readAsBefore(toFactLine(passkey))).toEqual(rest);
  });

  test('that tells how a password stands is read by the release before this one, which does not know of it', () => {
    const told = { ...password, passwordState: { kind: 'must-change' } } as const;
    expect(toFactLine(told)).toBe('F["password",7,"::1","v",null,null,{"kind":"must-change"}]');
    expect(readAsBefore(toFactLine(told))).toEqual(password);
  });

  test.each(['"must-change"', '[]', '{"kind":7}', '{"kind":""}', '{"kind":"expires"}', '{"kind":"expires","at":"x"}'])(
    'attack: %s is no state of a password',
    (state) => {
      expect(() => readFact(readParts(`F["password",7,"::1","v",null,null,${state}]`))).toThrow(TypeError);
    },
  );

  test('of the release before this one is read', () => {
    expect(readFact(readParts('F["password",7,"::1",null]'))).toEqual({ ...password, passwordVersion: undefined });
  });

  test('a trait that only the next release knows stays with it', () => {
    const fact = readFact(readParts('F["totp",7,"::1",null,"a",["by-mail"]]'));
    expect(JSON.parse(toFactLine(fact).slice(1))).toEqual(['totp', 7, '::1', null, 'a', ['by-mail']]);
  });
});
