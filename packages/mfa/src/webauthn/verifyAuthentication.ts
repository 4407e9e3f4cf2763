import { GakumonError } from '@gakumon/terms';
import type { WebauthnAuthenticator } from '../authenticator.ts';
import type { FactTrait } from '../facts.ts';
import { validateClientData } from './clientData.ts';
import { type AssertionJson, parseAssertion, refused, wrong } from './credentialJson.ts';
import { loadWebauthn } from './library.ts';
import type { RelyingParty } from './relyingParty.ts';

/** Of a COSE_Key (RFC 9052 7.1), and ES256 there (RFC 9053 2.1). */
const algorithmLabel = 3;
const ecdsa = -7;

/** What a passkey proved. */
export type VerifiedAssertion = {
  /** For the fact: `user-verified`, `synced`. */
  readonly traits: readonly FactTrait[];
  /** To be remembered, unless a larger one was in the meantime. */
  readonly counter: number;
  /** To be remembered: whether a vendor keeps a copy of the key now (flag BS). */
  readonly isBackedUp: boolean;
};

/** An assertion, and what it has to fit. */
export type AssertionQuestion = {
  /** Untrusted: the AuthenticationResponseJSON of the browser. */
  readonly response: string;
  /** Of the ceremony that is answered. That it is answered once only is the caller's to see to. */
  readonly expectedChallenge: string;
  readonly party: RelyingParty;
  /** The passkey that it names, as `parseAssertionId` reads it, among those that may answer. */
  readonly authenticator: WebauthnAuthenticator;
  /** User handle of the person whose passkey it is; undefined: nothing is compared. */
  readonly userHandle?: string | undefined;
  readonly requireUserVerification: boolean;
};

/** Which passkey an untrusted answer says it is of, and whose. Proves nothing yet. */
export type AssertionId = { readonly credentialId: string; readonly userHandle: string | undefined };

/** @throws GakumonError `passkey-wrong` when it is no answer of a security key */
export function parseAssertionId(response: string): AssertionId {
  const { id, userHandle } = parseAssertion(response);
  return { credentialId: id, userHandle };
}

/**
 * Verifies an assertion (WebAuthn 7.2). A passkey that did not verify the person when it was enrolled is never taken to
 * do so later: whoever steals a security key without a PIN could give it one (7.2 step 26: uvInitialized). It is to be
 * enrolled again. Backup eligibility is for life (6.1.3); a key that changes it is another key.
 * @throws GakumonError `passkey-unverified` when user verification was required and there was none; `passkey-wrong`, whose
 *   detail says what did not fit
 */
export async function verifyAuthentication(question: AssertionQuestion): Promise<VerifiedAssertion> {
  const { authenticator, expectedChallenge: challenge, party, requireUserVerification } = question;
  const assertion = parseAssertion(question.response);
  requireOwner(assertion, question);
  validateClientData(assertion.clientDataJson, { type: 'webauthn.get', challenge, party });
  const { newCounter, userVerified, credentialDeviceType, credentialBackedUp } = await verifySignature(
    assertion,
    question,
  );
  if ((credentialDeviceType === 'multiDevice') !== authenticator.isBackupEligible) {
    throw wrong('the key changed its backup eligibility');
  }
  requireProgress(newCounter, authenticator.counter);
  const isVerified = userVerified && authenticator.canVerifyUser;
  if (requireUserVerification && !isVerified) {
    const detail = userVerified ? 'it could not verify anybody when it was enrolled' : 'flag UV is not set';
    throw new GakumonError('passkey-unverified', { detail });
  }
  return {
    traits: [...(isVerified ? (['user-verified'] as const) : []), ...(credentialBackedUp ? (['synced'] as const) : [])],
    counter: newCounter,
    isBackedUp: credentialBackedUp,
  };
}

function requireOwner(assertion: AssertionJson, { authenticator, userHandle }: AssertionQuestion): void {
  if (assertion.id !== authenticator.credentialId) throw wrong('it is of another passkey');
  if (userHandle !== undefined && assertion.userHandle !== undefined && assertion.userHandle !== userHandle) {
    throw wrong('it is of another person');
  }
}

async function verifySignature(
  assertion: AssertionJson,
  { authenticator, expectedChallenge, party }: AssertionQuestion,
) {
  const { verifyAuthenticationResponse, decodeCredentialPublicKey } = await loadWebauthn();
  const publicKey = Uint8Array.from(Buffer.from(authenticator.publicKey, 'base64url'));
  try {
    if (decodeCredentialPublicKey(publicKey).get(algorithmLabel) === ecdsa) requireDer(assertion.signature);
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: {
        id: assertion.id,
        rawId: assertion.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: assertion.clientDataJson,
          authenticatorData: assertion.authenticatorData,
          signature: assertion.signature,
        },
      },
      expectedChallenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      // The counter and the person are looked at after the signature, so that only the key itself can raise those alarms
      credential: { id: authenticator.credentialId, publicKey, counter: 0 },
      requireUserVerification: false,
    });
    if (verified) return authenticationInfo;
  } catch (error) {
    throw refused(error);
  }
  throw wrong('the signature is not of this key');
}

/** WebAuthn 6.5.5: the signature is the DER of two integers. The library takes many other spellings of the same two. */
function requireDer(encoded: string): void {
  const octets = Buffer.from(encoded, 'base64url');
  const endOfFirst = 4 + (octets[3] ?? 0);
  const isDer =
    octets[0] === 0x30 &&
    octets[1] === octets.length - 2 &&
    octets[2] === 0x02 &&
    octets[endOfFirst] === 0x02 &&
    octets[endOfFirst + 1] === octets.length - endOfFirst - 2;
  if (!isDer) throw new Error('the signature is not DER');
}

/** WebAuthn 7.2 step 22 (6.1.1): a counter that does not grow tells of a copy. Zero both times: the key counts nothing. */
function requireProgress(counter: number, last: number): void {
  if (counter === 0 && last === 0) return;
  if (counter <= last) throw wrong(`the counter went back from ${last} to ${counter}: there may be a copy of the key`);
}
