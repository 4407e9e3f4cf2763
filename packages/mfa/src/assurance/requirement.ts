import type { AuthenticatorKind, FactTrait } from '../facts.ts';

/** One thing that has to be proved: with which kind of authenticator, and what has to be true of it. */
export type FactorPattern = {
  readonly authenticator: AuthenticatorKind;
  readonly with?: readonly FactTrait[] | undefined;
  readonly without?: readonly FactTrait[] | undefined;
};

/** What has to be proved: all of one of the combinations. */
export type Requirement = {
  /** As policy.yaml calls it, or the URI of the class whose predicate it is. */
  readonly name: string;
  readonly combinations: readonly (readonly FactorPattern[])[];
  /** No fact that counts for it is older, milliseconds. */
  readonly maxAge?: number | undefined;
  /** The session was last used no longer ago, milliseconds. */
  readonly maxIdle?: number | undefined;
};

/** An AuthnContext class that this IdP can assert: its URI, and what must have been proved for it to be true. */
export type AuthnContextDefinition = {
  readonly uri: string;
  /** Orders the classes for minimum, maximum and better (SAML Core 3.3.2.2.1); a larger number is stronger. */
  readonly strength: number;
  readonly requirement: Requirement;
  /** Whether the URI also goes into eduPersonAssurance of services that want it there. */
  readonly isAssurance?: boolean | undefined;
};

const password: FactorPattern = { authenticator: 'password' };
const totp: FactorPattern = { authenticator: 'totp' };
const webauthn: FactorPattern = { authenticator: 'webauthn' };
const passkey: FactorPattern = { authenticator: 'webauthn', with: ['user-verified'] };

/** The requirements that policy.yaml may name without writing them out. */
export const builtInRequirements = {
  password: { name: 'password', combinations: [[password], [passkey]] },
  mfa: { name: 'mfa', combinations: [[password, totp], [password, webauthn], [passkey]] },
  'phishing-resistant': { name: 'phishing-resistant', combinations: [[password, webauthn], [passkey]] },
} as const satisfies Record<string, Requirement>;
