import { authnContexts } from '@gakumon/terms';
import { type AuthnContextDefinition, builtInRequirements, type FactorPattern } from './requirement.ts';

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

/**
 * AAL2 of GakuNin, for a site that is certified. Its proofs are of one device each: never a TOTP secret that may be in
 * several, and passkeys that a vendor copies only where the site accepts them. Kinds that are added later don't count
 * unless they are named here.
 * @param within how old proofs may be, milliseconds
 * @param idle how long the session may rest, milliseconds
 */
export function certifiedAal2(site: {
  readonly within: number;
  readonly idle: number;
  readonly syncedPasskeys: 'accept' | 'refuse';
}): AuthnContextDefinition {
  const without = site.syncedPasskeys === 'refuse' ? (['synced'] as const) : [];
  const password: FactorPattern = { authenticator: 'password' };
  const combinations: readonly (readonly FactorPattern[])[] = [
    [{ authenticator: 'webauthn', with: ['user-verified'], without }],
    [password, { authenticator: 'webauthn', without }],
    [password, { authenticator: 'totp', without: ['shared'] }],
  ];
  const { uri, strength, requirement } = define(authnContexts.gakuninAal2, 50, combinations);
  const fresh = { ...requirement, maxAge: site.within, maxIdle: site.idle };
  return { uri, strength, requirement: fresh, isAssurance: true };
}

/** The phishing-resistant class of REFEDS MFA 2, under the URI that the site gives. */
export function phishingResistantMfa(uri: string): AuthnContextDefinition {
  return define(uri, 60, builtInRequirements['phishing-resistant'].combinations);
}

function define(
  uri: string,
  strength: number,
  combinations: AuthnContextDefinition['requirement']['combinations'],
): AuthnContextDefinition {
  return { uri, strength, requirement: { name: uri, combinations } };
}
