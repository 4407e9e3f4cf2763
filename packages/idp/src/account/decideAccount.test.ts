import type { AuthenticationFact } from '@gakumon/mfa';
import { describe, expect, test } from '@jest/globals';
import { decideAccount } from './decideAccount.ts';

const fact = (at: number, passwordState?: AuthenticationFact['passwordState']): AuthenticationFact => ({
  authenticator: 'password',
  at,
  address: '192.0.2.1',
  passwordVersion: undefined,
  ...(passwordState === undefined ? {} : { passwordState }),
});
const passkey: AuthenticationFact = { ...fact(9), authenticator: 'webauthn' };
const mustChange = { kind: 'must-change' } as const;
const expired = { kind: 'expired' } as const;
const expires = { kind: 'expires', at: 7 } as const;
const unasked = { isNoticed: false, isPassive: false };

describe('a password', () => {
  test.each([mustChange, expired])('that is no more good has to be changed, notice or not: %j', (state) => {
    for (const isNoticed of [false, true]) {
      const facts = [fact(1, state)];
      expect(decideAccount({ ...unasked, facts, isNoticed })).toEqual({ kind: 'change', state });
    }
  });
  test('that is no more good is a page, which IsPassive forbids', () => {
    const facts = [fact(1, mustChange)];
    expect(decideAccount({ ...unasked, facts, isPassive: true })).toEqual({ kind: 'refuse', code: 'no-passive' });
  });
  test('that expires is told of once, and never where no page may be shown', () => {
    const facts = [fact(1, expires)];
    expect(decideAccount({ ...unasked, facts })).toEqual({ kind: 'change', state: expires });
    expect(decideAccount({ ...unasked, facts, isNoticed: true })).toEqual({ kind: 'go-on' });
    expect(decideAccount({ ...unasked, facts, isPassive: true })).toEqual({ kind: 'go-on' });
  });
  test('the one that was proved last counts, whatever order they are in', () => {
    expect(decideAccount({ ...unasked, facts: [fact(2), fact(1, mustChange)] })).toEqual({ kind: 'go-on' });
    expect(decideAccount({ ...unasked, facts: [fact(2, mustChange), fact(1), passkey] })).toMatchObject({
      kind: 'change',
    });
  });
  test('that was not used stops nobody', () => {
    expect(decideAccount({ ...unasked, facts: [passkey] })).toEqual({ kind: 'go-on' });
    expect(decideAccount({ ...unasked, facts: [] })).toEqual({ kind: 'go-on' });
  });
  test('in a state that only the next release knows does not let its person in', () => {
    const state = { kind: 'compromised' } as never;
    expect(decideAccount({ ...unasked, facts: [fact(1, state)], isNoticed: true })).toEqual({ kind: 'change', state });
  });
});
