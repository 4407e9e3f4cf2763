import type { PersonAuthenticators, TotpAuthenticator, WebauthnAuthenticator } from '@gakumon/mfa';
import type { AuthenticatorId } from '@gakumon/terms';

const common = (id: string) => ({ id: id as AuthenticatorId, name: `「${id}」`, createdAt: 1, lastUsed: undefined });

export const totp = (id: string): TotpAuthenticator => ({
  ...common(id),
  kind: 'totp',
  secret: 'JBSWY3DPEHPK3PXP',
  origin: 'enrolled',
  isShared: false,
  drift: 0,
});

export const passkey = (id: string, credentialId = `credential-${id}`): WebauthnAuthenticator => ({
  ...common(id),
  kind: 'webauthn',
  credentialId,
  publicKey: 'cGs',
  counter: 0,
  transports: ['internal'],
  aaguid: '00000000-0000-0000-0000-000000000000',
  isBackupEligible: true,
  isBackedUp: true,
  canVerifyUser: true,
});

/** An edit that adds one. */
export const adding =
  (...added: readonly (TotpAuthenticator | WebauthnAuthenticator)[]) =>
  (now: PersonAuthenticators): PersonAuthenticators => ({ ...now, authenticators: [...now.authenticators, ...added] });

/** An edit that removes one. */
export const removing =
  (id: string) =>
  (now: PersonAuthenticators): PersonAuthenticators => ({
    ...now,
    authenticators: now.authenticators.filter((one) => one.id !== id),
  });
