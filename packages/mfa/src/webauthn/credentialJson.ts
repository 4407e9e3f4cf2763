import { GakumonError, quoteUntrusted, reasonOf } from '@gakumon/terms';

/** Longest answer of a browser that is read, in UTF-16 units. A registration may carry a chain of certificates. */
const longestAssertion = 16_384;
const longestRegistration = 65_536;
/** A credential ID has 1023 octets at most (WebAuthn 7.1, step 25). */
const longestCredentialId = 1364;

/** What stands in an AuthenticationResponseJSON (WebAuthn 5.1) and is made use of. All base64url. */
export type AssertionJson = {
  readonly id: string;
  readonly clientDataJson: string;
  readonly authenticatorData: string;
  readonly signature: string;
  readonly userHandle: string | undefined;
};

/** The same of a RegistrationResponseJSON. */
export type RegistrationJson = {
  readonly id: string;
  readonly clientDataJson: string;
  readonly attestationObject: string;
  readonly transports: readonly string[];
};

/** @throws GakumonError `passkey-wrong` when it is no such answer, or too long */
export function parseAssertion(text: string): AssertionJson {
  const { id, response } = parseCredential(text, longestAssertion);
  const handle = response.userHandle;
  return {
    id,
    clientDataJson: requireOctets(response, 'clientDataJSON'),
    authenticatorData: requireOctets(response, 'authenticatorData'),
    signature: requireOctets(response, 'signature'),
    userHandle:
      handle === undefined || handle === null || handle === '' ? undefined : requireOctets(response, 'userHandle'),
  };
}

/** @throws GakumonError `passkey-wrong` when it is no such answer, or too long */
export function parseRegistration(text: string): RegistrationJson {
  const { id, response } = parseCredential(text, longestRegistration);
  return {
    id,
    clientDataJson: requireOctets(response, 'clientDataJSON'),
    attestationObject: requireOctets(response, 'attestationObject'),
    transports: listTransports(response.transports),
  };
}

export function wrong(detail: string, cause?: unknown): GakumonError {
  return new GakumonError('passkey-wrong', { detail, cause });
}

/** What the library says of an answer, with pieces of the answer in it. */
export function refused(error: unknown): GakumonError {
  return wrong(quoteUntrusted(reasonOf(error)), error);
}

type Fields = Readonly<Record<string, unknown>>;

function parseCredential(text: string, longest: number): { readonly id: string; readonly response: Fields } {
  if (text.length > longest) throw wrong('the answer is too long');
  const credential = requireObject(parseJson(text), 'the answer');
  const id = requireOctets(credential, 'id');
  if (id.length > longestCredentialId) throw wrong('the credential ID is too long');
  if (credential.rawId !== id) throw wrong('id and rawId are not the same');
  if (credential.type !== 'public-key') throw wrong('the type of the credential is not public-key');
  return { id, response: requireObject(credential.response, 'response') };
}

export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw wrong('it is not JSON', error);
  }
}

export function requireObject(value: unknown, what: string): Fields {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrong(`${what} is not an object`);
  return value as Fields;
}

/** Base64url in its one spelling: without padding, and no bits to spare. Another would be another name for the same key. */
function requireOctets(fields: Fields, name: string): string {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  if (typeof value !== 'string' || value === '' || Buffer.from(value, 'base64url').toString('base64url') !== value) {
    throw wrong(`${name} is not base64url`);
  }
  return value;
}

/** For the browser's use at the next login (WebAuthn 5.8.4); what is unknown is kept, as 7.1 asks, what is strange is not. */
function listTransports(value: unknown): readonly string[] {
  if (!Array.isArray(value)) return [];
  const named = value.filter((one): one is string => typeof one === 'string' && /^[a-z][a-z-]{0,30}$/.test(one));
  return [...new Set(named)].slice(0, 8);
}
