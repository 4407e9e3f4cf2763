import { authnContexts, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { Authenticator } from '../authenticator.ts';
import { chooseNext, type Means } from './chooseNext.ts';
import { builtInContexts } from './contexts.ts';
import { decideAuthn, type Proofs } from './decideAuthn.ts';
import { requiredContext } from './requiredContext.ts';
import { builtInRequirements, type Requirement } from './requirement.ts';
import { ownKey, ownTotp, passkey, password, proofs, totp } from './testing/proved.ts';

const now = minutes(1000);
const { mfa } = builtInRequirements;
const phone = ownTotp();
const key = ownKey();
const strongKey = ownKey('passkey', { canVerifyUser: true });

function next(
  uri: string | undefined,
  known: Proofs | undefined,
  means: Partial<Means> = {},
  ...requirements: Requirement[]
) {
  const requested = uri === undefined ? undefined : ({ comparison: 'exact', classes: [uri] } as const);
  const goal = { ...requiredContext(requested, builtInContexts), requirements };
  const asked = { forceAuthn: false, isPassive: false };
  const decision = decideAuthn(goal, asked, { attempt: known, session: undefined }, now);
  if (decision.kind !== 'incomplete') return decision.kind;
  return chooseNext(
    decision,
    known && { authenticators: [], offered: ['webauthn', 'totp'], mayEnrol: false, ...means },
  );
}

const known = proofs('a', [password(now)]);
const has = (...authenticators: Authenticator[]) => ({ authenticators });

describe('what a person is asked for next', () => {
  test('nobody known: the login, with a passkey where one would do', () => {
    expect(next(undefined, undefined)).toEqual({ kind: 'login', withPasskey: true });
    expect(next(authnContexts.refedsMfa, undefined)).toEqual({ kind: 'login', withPasskey: true });
    expect(next(authnContexts.passwordProtectedTransport, undefined)).toEqual({ kind: 'login', withPasskey: false });
    expect(next(authnContexts.timeSyncToken, undefined)).toEqual({ kind: 'login', withPasskey: false });
  });
  test('after the password: whatever of the person would do, in the order of preference', () => {
    expect(next(authnContexts.refedsMfa, known, has(key, phone))).toEqual({ kind: 'stepUp', options: [key, phone] });
    expect(next(authnContexts.timeSyncToken, known, has(key, phone))).toEqual({ kind: 'stepUp', options: [phone] });
  });
  test('after a passkey the password is still missing where a service insists on it', () => {
    const byPasskey = proofs('a', [passkey(now)]);
    expect(next(authnContexts.timeSyncToken, byPasskey, has(strongKey, phone))).toEqual({
      kind: 'login',
      withPasskey: false,
    });
  });
  test('a passkey is no dead end for whoever has left it at home: the password and the code would do too', () => {
    const stale = proofs('a', [password(0), totp(0)]);
    const strict = { ...mfa, maxAge: minutes(30) };
    expect(next(undefined, stale, has(strongKey, phone), strict)).toEqual({ kind: 'login', withPasskey: true });
    expect(next(undefined, stale, has(phone), strict)).toEqual({ kind: 'login', withPasskey: false });
  });
  test('a code is not asked for beside a key that is needed anyway', () => {
    const resistant = builtInRequirements['phishing-resistant'];
    expect(next(authnContexts.refedsMfa, known, has(phone, key), resistant)).toEqual({
      kind: 'stepUp',
      options: [key],
    });
  });
  test('attack: a shared secret and a synced passkey are not offered where they do not count', () => {
    const strict: Requirement = {
      name: 'device',
      combinations: [
        [{ authenticator: 'password' }, { authenticator: 'totp', without: ['shared'] }],
        [{ authenticator: 'password' }, { authenticator: 'webauthn', without: ['synced'] }],
      ],
    };
    const synced = ownKey('cloud', { isBackedUp: true });
    expect(next(undefined, known, has(ownTotp('card', true), synced, phone), strict)).toEqual({
      kind: 'stepUp',
      options: [phone],
    });
    expect(next(undefined, known, has(ownTotp('card', true), synced), strict)).toEqual({ kind: 'unreachable' });
  });
});

describe('somebody who has nothing that would do', () => {
  test('may enrol what would, where law 7 allows', () => {
    expect(next(authnContexts.refedsMfa, known, { mayEnrol: true })).toEqual({
      kind: 'enrol',
      kinds: ['webauthn', 'totp'],
    });
    expect(next(authnContexts.timeSyncToken, known, { mayEnrol: true })).toEqual({ kind: 'enrol', kinds: ['totp'] });
    expect(next(authnContexts.timeSyncToken, known, { mayEnrol: true, offered: ['webauthn'] })).toEqual({
      kind: 'unreachable',
    });
  });
  test('attack: who has only a password enrols nothing where it does not', () => {
    expect(next(authnContexts.refedsMfa, known)).toEqual({ kind: 'unreachable' });
  });
});
