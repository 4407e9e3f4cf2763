import type { WebauthnAuthenticator } from '../authenticator.ts';
import { type Ceremony, ceremonyTimeout, newChallenge } from './ceremony.ts';
import { describeCredential } from './makeRegistrationOptions.ts';
import type { RelyingParty } from './relyingParty.ts';

/**
 * Asks a browser for an assertion of a passkey (WebAuthn 5.5, 7.2).
 * @param allowed the passkeys that will do; undefined asks for any discoverable one, before it is known who is there
 * @param userVerification `required` where the passkey stands in for the password too
 */
export function makeAuthenticationOptions(
  party: RelyingParty,
  allowed: readonly Pick<WebauthnAuthenticator, 'credentialId' | 'transports'>[] | undefined,
  userVerification: 'required' | 'preferred' | 'discouraged',
): Ceremony {
  const challenge = newChallenge();
  const options = {
    rpId: party.id,
    challenge,
    timeout: ceremonyTimeout,
    userVerification,
    allowCredentials: (allowed ?? []).map(describeCredential),
  };
  return { challenge, options: JSON.stringify(options) };
}
