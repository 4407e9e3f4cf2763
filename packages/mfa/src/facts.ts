import type { AuthenticatorId, PasswordState } from '@gakumon/terms';

/** What a person can prove something with. The password belongs to a directory; the others to the person's authenticators. */
export const authenticatorKinds = ['password', 'totp', 'webauthn'] as const;
export type AuthenticatorKind = (typeof authenticatorKinds)[number];

/**
 * What was true of an authenticator when it was used.
 * - `user-verified`: it checked a PIN or a finger itself (WebAuthn 6.1, flag UV), so that it alone is two factors;
 * - `shared`: its secret was exported, or came from a card for several devices, so that it proves no single device;
 * - `synced`: its key is backed up by a vendor (WebAuthn 6.1.3, flag BS).
 */
export const factTraits = ['user-verified', 'shared', 'synced'] as const;
export type FactTrait = (typeof factTraits)[number];

/** Something a person proved: with which authenticator, when (milliseconds), from which address. Facts are never edited. */
export type AuthenticationFact = {
  readonly authenticator: AuthenticatorKind;
  readonly at: number;
  readonly address: string;
  /** The state of the password that was proved (`Person.passwordVersion`); undefined where the directory tells none, and for others. */
  readonly passwordVersion: string | undefined;
  /** Which of the person's authenticators; undefined for the password. */
  readonly id?: AuthenticatorId | undefined;
  readonly traits?: readonly FactTrait[] | undefined;
  /** What the directory said of the password when it was proved; some tell it only then. */
  readonly passwordState?: PasswordState | undefined;
  /** The directory that its person was of: another one's person of the same name is somebody else. The release before told none. */
  readonly directory?: string | undefined;
};
