import { authnContexts, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { builtInContexts } from './contexts.ts';
import { type AuthnDecision, decideAuthn, type Proofs } from './decideAuthn.ts';
import { requiredContext } from './requiredContext.ts';
import { builtInRequirements, type Requirement } from './requirement.ts';
import { passkey, password, proofs, totp, webauthn } from './testing/proved.ts';

const ordinary = { forceAuthn: false, isPassive: false };
const forced = { forceAuthn: true, isPassive: false };
const anyContext = { acceptable: builtInContexts, requirements: [] };
const { mfa } = builtInRequirements;
const now = minutes(1000);
const byPassword = (username: string, ...instants: number[]): Proofs => proofs(username, instants.map(password));

function only(uri: string, ...requirements: Requirement[]) {
  return { ...requiredContext({ comparison: 'exact', classes: [uri] }, builtInContexts), requirements };
}

function missing(decision: AuthnDecision): string[] {
  if (decision.kind !== 'incomplete') throw new Error(decision.kind);
  return decision.ways.map((way) =>
    way.missing.map(({ authenticator, with: traits = [] }) => [authenticator, ...traits].join(' ')).join(', '),
  );
}

describe('whether a person must be asked', () => {
  test('nobody known: a password or a passkey would do, whatever stronger class there is', () => {
    const decision = decideAuthn(anyContext, ordinary, { attempt: undefined, session: undefined }, now);
    expect(decision).toMatchObject({ kind: 'incomplete', known: undefined });
    expect(missing(decision)).toEqual(['password', 'webauthn user-verified']);
  });
  test('a session is enough, and its own instant is asserted', () => {
    const session = byPassword('a', 10, 20);
    expect(decideAuthn(anyContext, ordinary, { attempt: undefined, session }, now)).toEqual({
      kind: 'satisfied',
      username: 'a',
      contextClass: authnContexts.passwordProtectedTransport,
      authnInstant: 20,
      address: '192.0.2.1',
      facts: [password(20)],
    });
  });
  test('attack: ForceAuthn is not satisfied by a session', () => {
    const decision = decideAuthn(anyContext, forced, { attempt: undefined, session: byPassword('a', 10) }, now);
    expect(decision).toMatchObject({ kind: 'incomplete', known: undefined });
  });
  test('ForceAuthn is satisfied by what was proved in this attempt, with its fresh instant', () => {
    const known = { attempt: byPassword('a', 99), session: byPassword('a', 10) };
    expect(decideAuthn(anyContext, forced, known, now)).toMatchObject({ kind: 'satisfied', authnInstant: 99 });
  });
  test('attack: ForceAuthn asks for every factor again: the code of the session does not complete the password', () => {
    const session = proofs('a', [password(10), totp(11)]);
    const decision = decideAuthn(only(authnContexts.refedsMfa), forced, { attempt: byPassword('a', 99), session }, now);
    expect(missing(decision)).toContain('totp');
  });
  test('IsPassive: what would have to be asked is refused', () => {
    const passive = { forceAuthn: false, isPassive: true };
    const decision = decideAuthn(anyContext, passive, { attempt: undefined, session: undefined }, now);
    expect(decision).toEqual({ kind: 'refuse', code: 'no-passive' });
  });
  test('IsPassive with ForceAuthn can never be met, whatever the session', () => {
    const both = { forceAuthn: true, isPassive: true };
    const decision = decideAuthn(anyContext, both, { attempt: undefined, session: byPassword('a', 10) }, now);
    expect(decision).toEqual({ kind: 'refuse', code: 'no-passive' });
  });
  test('IsPassive: a session that lacks the second factor of the policy is refused', () => {
    const passive = { forceAuthn: false, isPassive: true };
    const goal = { ...anyContext, requirements: [mfa] };
    const decision = decideAuthn(goal, passive, { attempt: undefined, session: byPassword('a', 10) }, now);
    expect(decision).toEqual({ kind: 'refuse', code: 'no-passive' });
  });
  test('a class that no login reaches is refused before anybody is asked', () => {
    const goal = { acceptable: [], requirements: [] };
    const decision = decideAuthn(goal, ordinary, { attempt: undefined, session: byPassword('a', 10) }, now);
    expect(decision).toEqual({ kind: 'refuse', code: 'no-authn-context' });
  });
});

describe('whose proofs they are', () => {
  test('attack: facts of another person in the session are not added to those of the attempt', () => {
    const known = { attempt: byPassword('b', 5), session: byPassword('a', 10) };
    expect(decideAuthn(anyContext, ordinary, known, now)).toMatchObject({ username: 'b', authnInstant: 5 });
  });
  test('attack: the second factor of somebody else does not complete a password', () => {
    const known = { attempt: byPassword('b', 50), session: proofs('a', [password(10), totp(11)]) };
    const decision = decideAuthn(only(authnContexts.refedsMfa), ordinary, known, now);
    expect(decision).toMatchObject({ kind: 'incomplete', known: { username: 'b', facts: [password(50)] } });
  });
  test("the same person's code in the attempt completes the password of the session", () => {
    const known = { attempt: proofs('a', [totp(50)]), session: byPassword('a', 10) };
    const decision = decideAuthn(only(authnContexts.refedsMfa), ordinary, known, now);
    expect(decision).toMatchObject({ kind: 'satisfied', authnInstant: 10, facts: [password(10), totp(50)] });
  });
});

describe('what is asserted is what is true', () => {
  test('attack: a password alone never claims multi-factor', () => {
    const decision = decideAuthn(
      only(authnContexts.refedsMfa),
      ordinary,
      { attempt: undefined, session: byPassword('a', 10) },
      now,
    );
    expect(missing(decision)).toEqual(['totp', 'webauthn']);
  });
  test('a passkey alone is multi-factor, and no password', () => {
    const session = proofs('a', [passkey(10)]);
    const known = { attempt: undefined, session };
    expect(decideAuthn(only(authnContexts.refedsMfa), ordinary, known, now)).toMatchObject({ kind: 'satisfied' });
    expect(missing(decideAuthn(only(authnContexts.passwordProtectedTransport), ordinary, known, now))).toEqual([
      'password',
    ]);
    expect(decideAuthn(anyContext, ordinary, known, now)).toMatchObject({ contextClass: authnContexts.refedsMfa });
  });
  test('attack: a key that did not check its owner is no first factor', () => {
    const known = { attempt: undefined, session: proofs('a', [webauthn(10)]) };
    expect(missing(decideAuthn(anyContext, ordinary, known, now))).toEqual(['password', 'webauthn user-verified']);
  });
  test('what the policy asks for is met as well, and the class stays the one that was asked for', () => {
    const goal = only(authnContexts.passwordProtectedTransport, mfa);
    const known = { attempt: proofs('a', [password(10), totp(20)]), session: undefined };
    expect(decideAuthn(goal, ordinary, known, now)).toMatchObject({
      contextClass: authnContexts.passwordProtectedTransport,
      authnInstant: 10,
      facts: [password(10), totp(20)],
    });
    expect(missing(decideAuthn(goal, ordinary, { attempt: byPassword('a', 10), session: undefined }, now))).toEqual([
      'totp',
      'webauthn',
    ]);
  });
  test('attack: what is stale for one requirement does not stand because another one takes it', () => {
    const goal = only(authnContexts.passwordProtectedTransport, { ...mfa, maxAge: minutes(30) });
    const known = { attempt: undefined, session: proofs('a', [password(10), totp(10)]) };
    expect(missing(decideAuthn(goal, ordinary, known, now))).toEqual([
      'webauthn user-verified',
      'password, totp',
      'password, webauthn',
    ]);
  });
  test('a policy of many requirements lists few ways', () => {
    const requirements = Array.from({ length: 12 }, (_, index) => ({ ...mfa, name: `r${index}`, maxAge: index + 1 }));
    const goal = { ...anyContext, requirements };
    expect(missing(decideAuthn(goal, ordinary, { attempt: undefined, session: undefined }, now))).toHaveLength(3);
  });
});
