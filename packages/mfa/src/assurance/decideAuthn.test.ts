import { authnContexts, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { builtInContexts } from './contexts.ts';
import { decideAuthn, type Proofs } from './decideAuthn.ts';

const ordinary = { forceAuthn: false, isPassive: false };
const anyContext = { acceptable: builtInContexts, requirements: [] };
const now = 1000;

function proved(username: string, ...instants: number[]): Proofs {
  const proof = { authenticator: 'password' as const, address: '127.0.0.1', passwordVersion: undefined };
  const facts = instants.map((at) => ({ ...proof, at }));
  return { username: username as Username, facts };
}

describe('whether a person must be asked', () => {
  test('nobody known: ask', () => {
    expect(decideAuthn(anyContext, ordinary, { attempt: undefined, session: undefined })).toEqual(
      { kind: 'incomplete' },
      now,
    );
  });
  test('a session is enough, and its own instant is asserted', () => {
    const decision = decideAuthn(anyContext, ordinary, { attempt: undefined, session: proved('a', 10, 20) }, now);
    expect(decision).toEqual({
      kind: 'satisfied',
      username: 'a',
      contextClass: authnContexts.passwordProtectedTransport,
      authnInstant: 20,
      address: '127.0.0.1',
    });
  });
  test('attack: ForceAuthn is not satisfied by a session', () => {
    const forced = { forceAuthn: true, isPassive: false };
    expect(decideAuthn(anyContext, forced, { attempt: undefined, session: proved('a', 10) })).toEqual(
      { kind: 'incomplete' },
      now,
    );
  });
  test('ForceAuthn is satisfied by what was proved in this attempt, with its fresh instant', () => {
    const forced = { forceAuthn: true, isPassive: false };
    const decision = decideAuthn(anyContext, forced, { attempt: proved('a', 99), session: proved('a', 10) }, now);
    expect(decision).toMatchObject({ kind: 'satisfied', authnInstant: 99 });
  });
  test('IsPassive: what would have to be asked is refused', () => {
    const passive = { forceAuthn: false, isPassive: true };
    const decision = decideAuthn(anyContext, passive, { attempt: undefined, session: undefined }, now);
    expect(decision).toEqual({ kind: 'refuse', code: 'no-passive' });
  });
  test('IsPassive with ForceAuthn can never be met, whatever the session', () => {
    const both = { forceAuthn: true, isPassive: true };
    const decision = decideAuthn(anyContext, both, { attempt: undefined, session: proved('a', 10) }, now);
    expect(decision).toEqual({ kind: 'refuse', code: 'no-passive' });
  });
  test('a class that no login reaches is refused before anybody is asked', () => {
    const decision = decideAuthn(
      { acceptable: [], requirements: [] },
      ordinary,
      { attempt: undefined, session: proved('a', 10) },
      now,
    );
    expect(decision).toEqual({ kind: 'refuse', code: 'no-authn-context' });
  });
  test('attack: facts of another person in the session are not added to those of the attempt', () => {
    const decision = decideAuthn(anyContext, ordinary, { attempt: proved('b', 5), session: proved('a', 10) }, now);
    expect(decision).toMatchObject({ username: 'b', authnInstant: 5 });
  });
});
