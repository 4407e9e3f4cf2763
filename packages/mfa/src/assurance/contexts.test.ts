import { authnContexts, hours, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { AuthenticationFact } from '../facts.ts';
import { builtInContexts, certifiedAal2, phishingResistantMfa } from './contexts.ts';
import { meets } from './meets.ts';
import type { AuthnContextDefinition } from './requirement.ts';
import { passkey, password, totp, webauthn } from './testing/proved.ts';

const now = hours(1000);
const strict = { within: hours(12), idle: minutes(30), syncedPasskeys: 'refuse' } as const;
const aal2 = certifiedAal2(strict);
const lenient = certifiedAal2({ ...strict, syncedPasskeys: 'accept' });

function reaches({ requirement }: AuthnContextDefinition, facts: readonly AuthenticationFact[], usedAt: number[] = []) {
  return meets(requirement, { facts, usedAt }, now) !== undefined;
}

function builtIn(uri: string): AuthnContextDefinition {
  const found = builtInContexts.find((known) => known.uri === uri);
  if (found === undefined) throw new Error(uri);
  return found;
}

describe('AAL2 of GakuNin', () => {
  test('by what is in one device', () => {
    expect(reaches(aal2, [password(now), totp(now)])).toBe(true);
    expect(reaches(aal2, [password(now), webauthn(now)])).toBe(true);
    expect(reaches(aal2, [passkey(now)])).toBe(true);
  });
  test('attack: never by a password alone, a key alone, or a secret that is in several devices', () => {
    expect(reaches(aal2, [password(now)])).toBe(false);
    expect(reaches(aal2, [webauthn(now)])).toBe(false);
    expect(reaches(aal2, [password(now), totp(now, 'card', 'shared')])).toBe(false);
    expect(reaches(lenient, [password(now), totp(now, 'card', 'shared')])).toBe(false);
  });
  test('attack: a passkey that a vendor copies counts only where the site takes it, beside a password too', () => {
    for (const facts of [[passkey(now, 'cloud', 'synced')], [password(now), webauthn(now, 'cloud', 'synced')]]) {
      expect(reaches(aal2, facts)).toBe(false);
      expect(reaches(lenient, facts)).toBe(true);
    }
  });
  test('ends after twelve hours, and after half an hour of rest', () => {
    const proofs = (at: number) => [password(at), totp(at)];
    const everyHalf = Array.from({ length: 30 }, (_, index) => now - minutes(25) * (index + 1));
    expect(reaches(aal2, proofs(now - hours(12)), everyHalf)).toBe(true);
    expect(reaches(aal2, proofs(now - hours(12) - 1), everyHalf)).toBe(false);
    expect(reaches(aal2, proofs(now - minutes(30)))).toBe(true);
    expect(reaches(aal2, proofs(now - minutes(30) - 1))).toBe(false);
  });
  test('is told as assurance too, and is none of what is asserted unasked', () => {
    expect(aal2).toMatchObject({ uri: authnContexts.gakuninAal2, isAssurance: true });
    expect(builtInContexts.map(({ uri }) => uri)).not.toContain(authnContexts.gakuninAal2);
  });
});

describe('the other classes', () => {
  test('attack: a one-time code is no token of somebody without a password, nor phishing-resistant with one', () => {
    expect(reaches(builtIn(authnContexts.timeSyncToken), [totp(now)])).toBe(false);
    expect(reaches(builtIn(authnContexts.timeSyncToken), [password(now), totp(now)])).toBe(true);
    expect(reaches(phishingResistantMfa('urn:example:pr'), [password(now), totp(now)])).toBe(false);
    expect(reaches(phishingResistantMfa('urn:example:pr'), [password(now), webauthn(now)])).toBe(true);
  });
  test('attack: whoever has proved only a password has proved no more than a password', () => {
    const reached = builtInContexts.filter((known) => reaches(known, [password(now)])).map(({ uri }) => uri);
    expect(reached).toEqual([
      authnContexts.passwordProtectedTransport,
      authnContexts.refedsSfa,
      authnContexts.password,
    ]);
  });
  test('attack: a passkey is not asserted as a password', () => {
    const reached = builtInContexts.filter((known) => reaches(known, [passkey(now)])).map(({ uri }) => uri);
    expect(reached).toEqual([authnContexts.refedsMfa, authnContexts.refedsSfa]);
  });
});
