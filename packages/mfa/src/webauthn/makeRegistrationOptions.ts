import type { Authenticator, WebauthnAuthenticator } from '../authenticator.ts';
import type { StepUpPolicy } from '../policy/policy.ts';
import { type Ceremony, ceremonyTimeout, newChallenge } from './ceremony.ts';
import type { RelyingParty } from './relyingParty.ts';

/** What the browser should offer first: this very device, a security key, or a phone beside it (WebAuthn 5.8.7). */
export const authenticatorHints = ['client-device', 'security-key', 'hybrid'] as const;
export type AuthenticatorHint = (typeof authenticatorHints)[number];

/** COSE algorithms that are taken, the preferred one first: ES256, EdDSA (Ed25519), RS256 (Windows Hello with an old TPM). */
export const acceptedAlgorithms = [-7, -8, -257] as const;

/** For whom a passkey is made. */
export type PasskeyOwner = {
  readonly username: string;
  readonly displayName: string;
  /** Base64url, as `newUserHandle` makes it; the same for all passkeys of a person. */
  readonly userHandle: string;
};

/**
 * Asks a browser to make a passkey (WebAuthn 5.4, 7.1). Discoverable and with user verification where the device can;
 * platform and roaming authenticators alike. One that the person already has is not made again.
 * @param existing all authenticators of the person
 * @param policy whether the model has to prove what it is
 * @param hint what the person chose. Its authenticatorAttachment is set too, as 5.8.7 advises: browsers that know no
 *   hints would show the device's own first, with Windows Hello in front of every security key
 */
export function makeRegistrationOptions(
  party: RelyingParty,
  owner: PasskeyOwner,
  existing: readonly Authenticator[],
  policy: Pick<StepUpPolicy['webauthn'], 'attestation'>,
  hint?: AuthenticatorHint,
): Ceremony {
  const challenge = newChallenge();
  const options = {
    rp: { id: party.id, name: party.name },
    user: { id: owner.userHandle, name: owner.username, displayName: owner.displayName },
    challenge,
    pubKeyCredParams: acceptedAlgorithms.map((alg) => ({ type: 'public-key', alg })),
    timeout: ceremonyTimeout,
    excludeCredentials: existing.filter((one) => one.kind === 'webauthn').map(describeCredential),
    authenticatorSelection: {
      residentKey: 'preferred',
      requireResidentKey: false,
      userVerification: 'preferred',
      ...attachmentOf(hint),
    },
    hints: hint === undefined ? [] : [hint],
    attestation: policy.attestation,
    extensions: { credProps: true },
  };
  return { challenge, options: JSON.stringify(options) };
}

/** A PublicKeyCredentialDescriptorJSON (WebAuthn 5.8.3). */
export function describeCredential(one: Pick<WebauthnAuthenticator, 'credentialId' | 'transports'>) {
  return { type: 'public-key', id: one.credentialId, transports: one.transports };
}

function attachmentOf(hint: AuthenticatorHint | undefined) {
  if (hint === undefined) return {};
  return { authenticatorAttachment: hint === 'client-device' ? 'platform' : 'cross-platform' };
}
