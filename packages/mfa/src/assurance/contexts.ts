import { authnContexts } from '@gakumon/terms';
import { type AuthnContextDefinition, builtInRequirements } from './requirement.ts';

const { mfa } = builtInRequirements;
const byPassword = [[{ authenticator: 'password' }]] as const;

/**
 * The classes that are true without anybody's word for it, in the order of preference when a service asks for nothing:
 * the usual one first, as Shibboleth weighs them.
 */
export const builtInContexts: readonly AuthnContextDefinition[] = [
  define(authnContexts.passwordProtectedTransport, 20, byPassword),
  define(authnContexts.refedsMfa, 40, mfa.combinations),
  define(authnContexts.timeSyncToken, 30, [[{ authenticator: 'password' }, { authenticator: 'totp' }]]),
  define(authnContexts.refedsSfa, 20, [...byPassword, [{ authenticator: 'webauthn', with: ['user-verified'] }]]),
  define(authnContexts.password, 10, byPassword),
];

function define(
  uri: string,
  strength: number,
  combinations: AuthnContextDefinition['requirement']['combinations'],
): AuthnContextDefinition {
  return { uri, strength, requirement: { name: uri, combinations } };
}
