import { randomBytes } from 'node:crypto';
import type { AuthenticatorId } from '@gakumon/terms';
import type { WebauthnAuthenticator } from '../authenticator.ts';
import type { StepUpPolicy } from '../policy/policy.ts';
import { type Attestation, requireModel, withoutStatement } from './attestation.ts';
import { validateClientData } from './clientData.ts';
import { parseRegistration, type RegistrationJson, refused, wrong } from './credentialJson.ts';
import { loadWebauthn } from './library.ts';
import { acceptedAlgorithms } from './makeRegistrationOptions.ts';
import type { RelyingParty } from './relyingParty.ts';

/** A passkey that was made; its name is the person's to give. */
export type EnrolledPasskey = Omit<WebauthnAuthenticator, 'name' | 'lastUsed'>;

/** Shortest RSA modulus in octets: 2048 bits. */
const shortestModulus = 256;
/** Longest COSE key in octets, which holds RSA-4096: nobody shall make us compute with a giant one at each login. */
const longestKey = 600;

/**
 * Verifies that a passkey was made for us just now (WebAuthn 7.1). Whether somebody has the credential ID already
 * (step 26) is for the records to say.
 * @param question.response untrusted: the RegistrationResponseJSON of the browser
 * @param question.expectedChallenge of the ceremony that is answered. That it is answered once only is the caller's to see to
 * @param question.now milliseconds
 * @throws GakumonError `passkey-wrong`, whose detail says what did not fit; `passkey-model` when its model is not one that
 *   the policy names, or did not prove that it is
 */
export async function verifyRegistration(question: {
  readonly response: string;
  readonly expectedChallenge: string;
  readonly party: RelyingParty;
  readonly policy: StepUpPolicy['webauthn'];
  readonly now: number;
}): Promise<EnrolledPasskey> {
  const { expectedChallenge: challenge, party, policy, now } = question;
  const registration = parseRegistration(question.response);
  validateClientData(registration.clientDataJson, { type: 'webauthn.create', challenge, party });
  const attestation = await decodeAttestation(registration);
  if (attestation.credentialId !== registration.id) throw wrong('it is of another passkey than it says');
  requireSoundKey(attestation.key, attestation.publicKey.length);
  requireModel(attestation, policy, now);
  const info = await verifyStatement(registration, attestation, question);
  return {
    kind: 'webauthn',
    id: newId(),
    createdAt: now,
    credentialId: info.credential.id,
    publicKey: Buffer.from(info.credential.publicKey).toString('base64url'),
    counter: info.credential.counter,
    transports: registration.transports,
    aaguid: info.aaguid,
    isBackupEligible: info.credentialDeviceType === 'multiDevice',
    isBackedUp: info.credentialBackedUp,
    canVerifyUser: info.userVerified,
  };
}

/** Never begins like an option: operators type it behind a command. */
const newId = (): AuthenticatorId => randomBytes(16).toString('base64url').replace(/^-/, 'A') as AuthenticatorId;

async function decodeAttestation({ attestationObject }: RegistrationJson): Promise<Attestation> {
  const { decodeAttestationObject, parseAuthenticatorData, decodeCredentialPublicKey } = await loadWebauthn();
  try {
    const decoded = decodeAttestationObject(Uint8Array.from(Buffer.from(attestationObject, 'base64url')));
    const authData = decoded.get('authData');
    const { credentialID, credentialPublicKey, aaguid } = parseAuthenticatorData(authData);
    if (!credentialID || !credentialPublicKey || !aaguid) throw new Error('there is no credential in it');
    const key: unknown = decodeCredentialPublicKey(credentialPublicKey);
    if (!(key instanceof Map)) throw new Error('the key is no COSE_Key');
    return {
      format: String(decoded.get('fmt')),
      certificates: decoded.get('attStmt').get('x5c') ?? [],
      authData,
      credentialId: Buffer.from(credentialID).toString('base64url'),
      aaguid: uuidOf(aaguid),
      publicKey: credentialPublicKey,
      key,
    };
  } catch (error) {
    throw refused(error);
  }
}

async function verifyStatement(
  registration: RegistrationJson,
  attestation: Attestation,
  { expectedChallenge, party, policy }: Parameters<typeof verifyRegistration>[0],
) {
  const { verifyRegistrationResponse } = await loadWebauthn();
  const mustProve = policy.attestation === 'direct' || policy.aaguids !== undefined;
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: {
        id: registration.id,
        rawId: registration.id,
        type: 'public-key',
        clientExtensionResults: {},
        response: {
          clientDataJSON: registration.clientDataJson,
          attestationObject: mustProve ? registration.attestationObject : withoutStatement(attestation.authData),
        },
      },
      expectedChallenge,
      expectedOrigin: party.origin,
      expectedRPID: party.id,
      requireUserVerification: false,
      supportedAlgorithmIDs: [...acceptedAlgorithms],
    });
    if (verified) return registrationInfo;
  } catch (error) {
    throw refused(error);
  }
  throw wrong('the attestation is not of this key');
}

/** The curve that goes with an algorithm (WebAuthn 5.8.5): P-256 with ES256, Ed25519 with EdDSA. */
const curves = new Map([
  [-7, 1],
  [-8, 6],
]);

/** COSE_Key labels: alg 3 (RFC 9052 7.1), and -1, which is the curve (RFC 9053 7) or an RSA modulus (RFC 8230 4). */
function requireSoundKey(key: ReadonlyMap<unknown, unknown>, length: number): void {
  const algorithm = key.get(3);
  const parameter = key.get(-1);
  if (length > longestKey) throw wrong('the key is too long');
  const curve = typeof algorithm === 'number' ? curves.get(algorithm) : undefined;
  if (curve !== undefined && parameter !== curve) throw wrong('a key on a curve that does not go with its algorithm');
  if (algorithm === -257 && (!(parameter instanceof Uint8Array) || parameter.length < shortestModulus)) {
    throw wrong('an RSA key of less than 2048 bits');
  }
}

function uuidOf(octets: Uint8Array): string {
  return Buffer.from(octets)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
