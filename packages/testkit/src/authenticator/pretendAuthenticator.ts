import { createHash, type KeyObject, randomBytes } from 'node:crypto';
import { encodeAuthenticatorData } from './authenticatorData.ts';
import { type Cbor, encodeCbor } from './cbor.ts';
import { type CredentialAlgorithm, type CredentialKey, makeCredentialKey, signWith } from './credentialKey.ts';

/** What kind of device it pretends to be. */
export type PretendDevice = {
  /** Names its model; zeros when not given. */
  readonly aaguid?: string;
  readonly algorithm?: CredentialAlgorithm;
  /** Bits of an RSA key. */
  readonly modulusLength?: number;
  /** Whether it can check a PIN or a finger; it does unless told otherwise. Default true. */
  readonly canVerifyUser?: boolean;
  /** Flags BE and BS of what it makes: whether a vendor may keep, and keeps, a copy of the key. Default false. */
  readonly backupEligible?: boolean;
  readonly backedUp?: boolean;
  /** Whether it counts its signatures, as security keys do and passkeys of phones do not. Default true. */
  readonly counts?: boolean;
  readonly transports?: readonly string[];
  /** The maker's word for it: the attestation key and its certificates (DER, its own first). Given when it is asked for. */
  readonly attestation?: { readonly key: KeyObject; readonly certificates: readonly Buffer[] };
};

/** Where and how it is used. */
export type PretendUse = {
  /** Origin of the page that asks. */
  readonly origin: string;
  /** Default: what the device can. */
  readonly userVerified?: boolean;
  /** From now on. */
  readonly backedUp?: boolean;
  /** Which credential answers; default: the latest one that may. */
  readonly credentialId?: string;
  readonly lies?: PretendLies;
};

/** What is put in the place of the truth. A lie lasts for one use. */
export type PretendLies = {
  readonly origin?: string;
  readonly rpId?: string;
  readonly challenge?: string;
  readonly type?: string;
  readonly crossOrigin?: boolean;
  readonly topOrigin?: string;
  readonly counter?: number;
  readonly userPresent?: boolean;
  readonly backupEligible?: boolean;
  readonly aaguid?: string;
  /** Named outside of what is signed. */
  readonly credentialId?: string;
  readonly userHandle?: string;
  /** Signs with a key that nobody enrolled. */
  readonly anotherKey?: boolean;
  /** `self`: vouches for itself with its own key (WebAuthn 8.2). `none`: keeps silent though it was asked. */
  readonly attestation?: 'none' | 'self' | NonNullable<PretendDevice['attestation']>;
};

export type PretendCredential = {
  readonly id: string;
  readonly rpId: string;
  readonly userHandle: string;
  readonly key: CredentialKey;
  backedUp: boolean;
  counter: number;
};

export type PretendAuthenticator = {
  /** What it made so far, the oldest first. */
  readonly credentials: readonly PretendCredential[];
  /**
   * As `navigator.credentials.create`.
   * @param options PublicKeyCredentialCreationOptionsJSON
   * @returns RegistrationResponseJSON
   * @throws Error named as the DOMException that a browser would throw: `SecurityError`, `InvalidStateError`, `NotAllowedError`
   */
  create(options: string, use: PretendUse): string;
  /**
   * As `navigator.credentials.get`.
   * @param options PublicKeyCredentialRequestOptionsJSON
   * @returns AuthenticationResponseJSON
   * @throws Error as `create`
   */
  get(options: string, use: PretendUse): string;
};

/** A security key and the browser that it is plugged into, for tests over plain HTTP. It tells the truth unless told to lie. */
export function pretendAuthenticator(device: PretendDevice = {}): PretendAuthenticator {
  const credentials: PretendCredential[] = [];
  return {
    credentials,
    create: (options, use) => createCredential(device, credentials, JSON.parse(options), use),
    get: (options, use) => getAssertion(device, credentials, JSON.parse(options), use),
  };
}

type Descriptor = { readonly id: string };
type CreationOptions = {
  readonly rp: { readonly id: string };
  readonly user: { readonly id: string };
  readonly challenge: string;
  readonly attestation: string;
  readonly excludeCredentials: readonly Descriptor[];
  readonly authenticatorSelection: { readonly userVerification: string };
};
type RequestOptions = {
  readonly rpId: string;
  readonly challenge: string;
  readonly userVerification: string;
  readonly allowCredentials: readonly Descriptor[];
};

function createCredential(
  device: PretendDevice,
  credentials: PretendCredential[],
  options: CreationOptions,
  use: PretendUse,
): string {
  requireSite(options.rp.id, use);
  if (options.excludeCredentials.some(({ id }) => credentials.some((one) => one.id === id))) {
    throw refusal('InvalidStateError', 'one of its credentials is excluded');
  }
  const credential: PretendCredential = {
    id: randomBytes(32).toString('base64url'),
    rpId: options.rp.id,
    userHandle: options.user.id,
    key: makeCredentialKey(device.algorithm ?? 'ES256', device.modulusLength),
    backedUp: use.backedUp ?? device.backedUp ?? false,
    counter: 0,
  };
  const clientData = encodeClientData('webauthn.create', options.challenge, use);
  const authData = encodeAuthenticatorData({
    ...stateOf(device, credential, use, options.authenticatorSelection.userVerification),
    attested: {
      aaguid: use.lies?.aaguid ?? device.aaguid ?? '00000000-0000-0000-0000-000000000000',
      credentialId: Buffer.from(credential.id, 'base64url'),
      publicKey: credential.key.publicKey,
    },
  });
  credentials.push(credential);
  return answer(use.lies?.credentialId ?? credential.id, {
    clientDataJSON: clientData.toString('base64url'),
    attestationObject: encodeAttestation(device, credential, { options, use, authData, clientData }),
    transports: device.transports ?? ['usb'],
  });
}

function getAssertion(
  device: PretendDevice,
  credentials: readonly PretendCredential[],
  options: RequestOptions,
  use: PretendUse,
): string {
  requireSite(options.rpId, use);
  const allowed = options.allowCredentials.map(({ id }) => id);
  const credential = credentials.findLast(
    ({ id, rpId }) =>
      use.credentialId === id ||
      (use.credentialId === undefined && rpId === options.rpId && (allowed.length === 0 || allowed.includes(id))),
  );
  if (credential === undefined) throw refusal('NotAllowedError', 'it has no credential that may answer');
  credential.backedUp = use.backedUp ?? credential.backedUp;
  const clientData = encodeClientData('webauthn.get', options.challenge, use);
  const authData = encodeAuthenticatorData(stateOf(device, credential, use, options.userVerification));
  const key = use.lies?.anotherKey === true ? makeCredentialKey(credential.key.algorithm) : credential.key;
  return answer(use.lies?.credentialId ?? credential.id, {
    clientDataJSON: clientData.toString('base64url'),
    authenticatorData: authData.toString('base64url'),
    signature: signWith(key, toSign(authData, clientData)).toString('base64url'),
    userHandle: use.lies?.userHandle ?? credential.userHandle,
  });
}

/** WebAuthn 5.1.3 step 8: the RP ID is the host of the page, or a domain above it. */
function requireSite(rpId: string, { origin }: PretendUse): void {
  const { hostname } = new URL(origin);
  if (hostname !== rpId && !hostname.endsWith(`.${rpId}`))
    throw refusal('SecurityError', `${rpId} is not of ${origin}`);
}

function stateOf(device: PretendDevice, credential: PretendCredential, use: PretendUse, userVerification: string) {
  const userVerified = use.userVerified ?? device.canVerifyUser ?? true;
  if (userVerification === 'required' && device.canVerifyUser === false && use.userVerified === undefined) {
    throw refusal('NotAllowedError', 'it cannot verify anybody');
  }
  if (device.counts !== false) credential.counter += 1;
  return {
    rpId: use.lies?.rpId ?? credential.rpId,
    userPresent: use.lies?.userPresent ?? true,
    userVerified,
    backupEligible: use.lies?.backupEligible ?? device.backupEligible ?? false,
    backedUp: credential.backedUp,
    counter: use.lies?.counter ?? credential.counter,
  };
}

function encodeClientData(type: string, challenge: string, { origin, lies = {} }: PretendUse): Buffer {
  const clientData = {
    type: lies.type ?? type,
    challenge: lies.challenge ?? challenge,
    origin: lies.origin ?? origin,
    crossOrigin: lies.crossOrigin ?? false,
    topOrigin: lies.topOrigin,
  };
  return Buffer.from(JSON.stringify(clientData));
}

/** WebAuthn 6.5.4: `none`, or `packed` (8.2) by its own key or the maker's. */
function encodeAttestation(
  device: PretendDevice,
  { key }: PretendCredential,
  made: { options: CreationOptions; use: PretendUse; authData: Buffer; clientData: Buffer },
): string {
  const { options, use, authData, clientData } = made;
  const by = use.lies?.attestation ?? (options.attestation === 'direct' ? device.attestation : undefined) ?? 'none';
  const encode = (fmt: string, statement: readonly (readonly [string, Cbor])[]) =>
    encodeCbor(
      new Map<string, Cbor>([
        ['fmt', fmt],
        ['attStmt', new Map(statement)],
        ['authData', authData],
      ]),
    ).toString('base64url');
  if (by === 'none') return encode('none', []);
  const octets = toSign(authData, clientData);
  if (by === 'self')
    return encode('packed', [
      ['alg', -7],
      ['sig', signWith(key, octets)],
    ]);
  const sig = signWith({ algorithm: 'ES256', privateKey: by.key }, octets);
  return encode('packed', [
    ['alg', -7],
    ['sig', sig],
    ['x5c', by.certificates],
  ]);
}

function toSign(authData: Buffer, clientData: Buffer): Buffer {
  return Buffer.concat([authData, createHash('sha256').update(clientData).digest()]);
}

function answer(id: string, response: Readonly<Record<string, unknown>>): string {
  return JSON.stringify({
    id,
    rawId: id,
    type: 'public-key',
    authenticatorAttachment: 'cross-platform',
    response,
    clientExtensionResults: {},
  });
}

function refusal(name: string, message: string): Error {
  return Object.assign(new Error(message), { name });
}
