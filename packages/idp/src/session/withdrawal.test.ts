import type { AuthenticationFact } from '@gakumon/mfa';
import type { AuthenticatorId, SessionId, Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { SsoSession } from '../ports.ts';
import { withdrawalOf, withoutWithdrawn } from './withdrawal.ts';

const app = 'app' as AuthenticatorId;
const key = 'key' as AuthenticatorId;
const common = { at: 1, address: '192.0.2.1', passwordVersion: undefined };
const password: AuthenticationFact = { ...common, authenticator: 'password' };
const byApp: AuthenticationFact = { ...common, authenticator: 'totp', id: app };
const byKey: AuthenticationFact = { ...common, authenticator: 'webauthn', id: key };

const holding = (...facts: readonly AuthenticationFact[]): SsoSession => ({
  id: 'id' as SessionId,
  username: 's1234567' as Username,
  facts,
  serviceProviders: [],
  createdAt: 1,
  idleAt: 9,
  expiresAt: 9,
});
const withdrawal = withdrawalOf(app, 2, '192.0.2.1');

test('a session in which nothing was withdrawn is as it is', () => {
  const session = holding(password, byApp);
  expect(withoutWithdrawn(session)).toBe(session);
});

test('what the one authenticator proved is gone, and the withdrawal is no proof itself', () => {
  expect(withoutWithdrawn(holding(password, byApp, byKey, withdrawal)).facts).toEqual([password, byKey]);
});

test('attack: a code that was checked while its authenticator was removed counts for nothing, although it is noted later', () => {
  expect(withoutWithdrawn(holding(password, withdrawal, { ...byApp, at: 3 })).facts).toEqual([password]);
});
