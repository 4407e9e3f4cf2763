import type { AuthenticatorId, BrowserId } from '@gakumon/terms';
import type { AuthenticatorKind } from './facts.ts';

/** What every authenticator of a person has. */
type Common = {
  readonly id: AuthenticatorId;
  /** What the person calls it. */
  readonly name: string;
  /** Milliseconds, like every time here. */
  readonly createdAt: number;
  readonly lastUsed: { readonly at: number; readonly address: string } | undefined;
  /** The directory that its owner was of when it was last written; undefined: in a release that kept none. */
  readonly directory?: string | undefined;
};

/** A secret that makes one-time codes by the time (RFC 6238, SHA-1, six digits, 30 seconds). */
export type TotpAuthenticator = Common & {
  readonly kind: 'totp';
  /** Base32 without padding. */
  readonly secret: string;
  /** `directory`: it stands in users.yaml, for demonstrations and tests, and is neither renamed nor removed. */
  readonly origin: 'enrolled' | 'card' | 'directory';
  /** Whether the secret may be in more than one device: it was exported, or came from a card. */
  readonly isShared: boolean;
  /** By how many steps the device's clock was off when it was last used; negative: slow. */
  readonly drift: number;
};

/** A security key or a passkey (WebAuthn Level 3). */
export type WebauthnAuthenticator = Common & {
  readonly kind: 'webauthn';
  /** Base64url. */
  readonly credentialId: string;
  /** COSE key, base64url. */
  readonly publicKey: string;
  readonly counter: number;
  readonly transports: readonly string[];
  /** Names the model; zeros where the authenticator tells none. */
  readonly aaguid: string;
  /** Flags BE and BS (WebAuthn 6.1.3), as last seen. */
  readonly isBackupEligible: boolean;
  readonly isBackedUp: boolean;
  /** Whether it verified the person when it was enrolled: then it can stand in for the password. */
  readonly canVerifyUser: boolean;
};

export type Authenticator = TotpAuthenticator | WebauthnAuthenticator;
export type EnrollableKind = Authenticator['kind'];

/** A TOTP secret that was shown and not confirmed yet: it proves nothing, and the same one is shown when its browser comes back. */
export type PendingTotp = {
  readonly id: AuthenticatorId;
  readonly secret: string;
  readonly startedAt: number;
  /** Where it was shown; in no other browser it is shown again, or whoever knows the password would see it first. */
  readonly browser: BrowserId;
  /** As that of an authenticator. */
  readonly directory?: string | undefined;
};

/** Everything about one person's authenticators; secret, so it is sealed wherever it rests (law 8). */
export type PersonAuthenticators = {
  readonly authenticators: readonly Authenticator[];
  /** One of each browser at most, the oldest first; {@link mostPendingTotps} of them. */
  readonly pendingTotps: readonly PendingTotp[];
  /** Which one is offered first; undefined: as the policy says. */
  readonly preferred: AuthenticatorId | undefined;
  /** WebAuthn user handle, base64url of 32 random octets; undefined before the first passkey. */
  readonly userHandle: string | undefined;
};

/** How many browsers an app can be set up in at once: who takes up another device leaves the one begun before as it is. */
export const mostPendingTotps = 5;

export const noAuthenticators: PersonAuthenticators = {
  authenticators: [],
  pendingTotps: [],
  preferred: undefined,
  userHandle: undefined,
};

/** An authenticator as its owner, or staff, may see it: without its secret. */
export type ShownAuthenticator = {
  readonly id: AuthenticatorId;
  readonly kind: Exclude<AuthenticatorKind, 'password'>;
  readonly name: string;
  readonly createdAt: number;
  readonly lastUsed: { readonly at: number; readonly address: string } | undefined;
  /** Of a passkey: whether it can stand in for the password. */
  readonly canVerifyUser: boolean;
  readonly isShared: boolean;
  readonly isSynced: boolean;
  /** Whether it stands in users.yaml, where nobody can change it. */
  readonly isFixed: boolean;
};
