import { minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { matchRequirement, meets } from './meets.ts';
import { builtInRequirements, type Requirement } from './requirement.ts';
import { passkey, password, totp, webauthn } from './testing/proved.ts';

const now = minutes(10_000);
const ago = (count: number): number => now - minutes(count);
const { mfa } = builtInRequirements;
const asPassword = { authenticator: 'password' } as const;
const asKey = { authenticator: 'webauthn' } as const;
const asPasskey = { authenticator: 'webauthn', with: ['user-verified'] } as const;

function isMet(requirement: Requirement, facts: Parameters<typeof meets>[1]['facts'], usedAt: readonly number[] = []) {
  return meets(requirement, { facts, usedAt }, now) !== undefined;
}

describe('which proofs count', () => {
  test('a password and a code are two factors; either alone is one', () => {
    expect(isMet(mfa, [password(ago(1)), totp(ago(1))])).toBe(true);
    expect(isMet(mfa, [password(ago(1))])).toBe(false);
    expect(isMet(mfa, [totp(ago(1))])).toBe(false);
  });
  test('attack: a security key that verified nobody stands for no password', () => {
    expect(isMet(mfa, [webauthn(ago(1))])).toBe(false);
    expect(isMet(mfa, [passkey(ago(1))])).toBe(true);
  });
  test('attack: the same authenticator used twice is one factor', () => {
    const twoKeys = { name: 'two keys', combinations: [[asKey, asKey]] };
    expect(isMet(twoKeys, [webauthn(ago(1), 'a'), webauthn(ago(2), 'a')])).toBe(false);
    expect(isMet(twoKeys, [webauthn(ago(1), 'a'), webauthn(ago(2), 'b')])).toBe(true);
    const twice = { name: 'twice', combinations: [[asPassword, asPassword]] };
    expect(isMet(twice, [password(ago(1)), password(ago(2))])).toBe(false);
  });
  test('attack: one fact that is both in the session and in the attempt counts once', () => {
    const twoKeys = { name: 'two keys', combinations: [[asKey, asPasskey]] };
    expect(isMet(twoKeys, [passkey(ago(1)), passkey(ago(1))])).toBe(false);
  });
  test('a proof that fits two patterns is left to the one that nothing else fits', () => {
    const both = { name: 'both', combinations: [[asKey, asPasskey]] };
    expect(isMet(both, [webauthn(ago(2), 'plain'), passkey(ago(1), 'strong')])).toBe(true);
    expect(isMet(both, [webauthn(ago(1), 'plain'), passkey(ago(2), 'strong')])).toBe(true);
  });
  test('what is missing is told, and the latest proof is taken', () => {
    const found = matchRequirement(mfa, { facts: [password(ago(9)), password(ago(3))], usedAt: [] }, now);
    expect(found.map(({ missing }) => missing.map(({ authenticator }) => authenticator))).toEqual([
      ['totp'],
      ['webauthn'],
      ['webauthn'],
    ]);
    expect(found[0]?.facts).toEqual([password(ago(3))]);
  });
});

describe('how fresh proofs must be', () => {
  const strict: Requirement = { ...mfa, maxAge: minutes(30) };
  const busy: Requirement = { ...mfa, maxIdle: minutes(30) };
  const both = (at: number) => [password(at), totp(at)];

  test('to the millisecond, and each of them', () => {
    expect(isMet(strict, both(ago(30)))).toBe(true);
    expect(isMet(strict, both(ago(30) - 1))).toBe(false);
    expect(isMet(strict, [password(ago(31)), totp(ago(1))])).toBe(false);
  });
  test('a session that was used in time is not idle', () => {
    expect(isMet(busy, both(ago(50)))).toBe(false);
    expect(isMet(busy, both(ago(50)), [ago(25)])).toBe(true);
    expect(isMet(busy, both(ago(90)), [ago(65), ago(40), ago(15)])).toBe(true);
  });
  test('attack: a use after a pause that was too long does not wake what was proved before it', () => {
    expect(isMet(busy, both(ago(120)), [ago(120), ago(1)])).toBe(false);
  });
  test('attack: nor does a password that is proved again after it', () => {
    expect(isMet(busy, [...both(ago(120)), password(ago(1))])).toBe(false);
    expect(isMet(busy, [...both(ago(120)), ...both(ago(1))])).toBe(true);
  });
});
