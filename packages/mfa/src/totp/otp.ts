import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { createRequire } from 'node:module';
import { seconds } from '@gakumon/terms';
import type { CryptoPlugin } from 'otplib';

/** How long one code lasts, milliseconds (RFC 6238 4.1, the default X). */
export const otpStep = seconds(30);
/** How many digits a code has. */
export const otpDigits = 6;
/** Octets of a secret: what RFC 4226 R6 recommends, and what SHA-1 makes whole use of. */
const secretOctets = 20;
/** Octets of the secrets of others: cards and tokens come with 80 bits; users.yaml takes 256 characters of base32. */
const shortestSecret = 10;
const longestSecret = 160;

const nodeCrypto: CryptoPlugin = {
  name: 'node',
  algorithms: ['sha1'],
  hmac: (algorithm, key, data) => createHmac(algorithm, key).update(data).digest(),
  randomBytes: (length) => randomBytes(length),
  constantTimeEqual: (one, other) =>
    one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other)),
};

type Library = Pick<typeof import('otplib'), 'generateSecret' | 'generateSync' | 'generateURI'> & {
  readonly base32: InstanceType<typeof import('otplib')['ScureBase32Plugin']>;
  readonly guardrails: ReturnType<typeof import('otplib')['createGuardrails']>;
};
let loaded: Library | undefined;

/** Loaded on first use: it weighs 7 MB, and a node may never see a code. By require, so that codes need no promises. */
function otplib(): Library {
  loaded ??= load(createRequire(import.meta.url)('otplib'));
  return loaded;
}

function load({ generateSecret, generateSync, generateURI, ...rest }: typeof import('otplib')): Library {
  const guardrails = rest.createGuardrails({ MIN_SECRET_BYTES: shortestSecret, MAX_SECRET_BYTES: longestSecret });
  return { generateSecret, generateSync, generateURI, base32: new rest.ScureBase32Plugin(), guardrails };
}

/** Makes a secret of 160 random bits. @returns base32 without padding, 32 characters */
export function newTotpSecret(): string {
  const { generateSecret, base32 } = otplib();
  return generateSecret({ crypto: nodeCrypto, base32, length: secretOctets });
}

/** The number of the time step that an instant is in (RFC 6238 4.2: T). @param at milliseconds since the epoch */
export function otpStepOf(at: number): number {
  return Math.floor(at / otpStep);
}

/**
 * Computes the code of one time step: HOTP(K, T) by SHA-1, six digits (RFC 6238 4.2, RFC 4226 5.3).
 * @param secret base32 in capitals without padding; bits of its end that belong to no octet do not matter
 * @param step as {@link otpStepOf} counts; not negative
 */
export function computeOtp(secret: string, step: number): string {
  const { generateSync, base32, guardrails } = otplib();
  return generateSync({
    strategy: 'hotp',
    secret: base32.decode(withoutSpareBits(secret)),
    counter: step,
    digits: otpDigits,
    algorithm: 'sha1',
    crypto: nodeCrypto,
    base32,
    guardrails,
  });
}

/**
 * What an authenticator app reads from a QR code (the "Key Uri Format" that Google Authenticator began). The issuer
 * stands in the label and as a parameter, percent-encoded; algorithm, digits and period are left out, being the ones that
 * every app takes for granted.
 */
export function otpauthUri(of: { readonly secret: string; readonly issuer: string; readonly account: string }): string {
  return otplib().generateURI({ secret: of.secret, issuer: labelPart(of.issuer), label: labelPart(of.account) });
}

/** A colon parts the issuer from the account, and the format has no way to write one inside either. */
function labelPart(text: string): string {
  return text.toWellFormed().replaceAll(':', ' ').trim();
}

/**
 * Reads a secret that somebody else made, as a person may type or paste it: lower case, full-width letters, white space,
 * hyphens and padding do not matter.
 * @param typed untrusted; 16 to 128 characters of base32 when what does not matter is taken out, 80 bits at least
 * @returns base32 without padding, the one spelling of these octets; undefined when it is no such secret
 */
export function parseTotpSecret(typed: string): string | undefined {
  if (typed.length > 512) return undefined;
  const letters = typed
    .normalize('NFKC')
    .replace(/[\s\p{Pd}\p{Cf}]/gu, '')
    .replace(/=+$/, '')
    .toUpperCase();
  if (!/^[A-Z2-7]{16,128}$/.test(letters) || !isWholeOctets(letters.length)) return undefined;
  const { base32 } = otplib();
  return base32.encode(base32.decode(withoutSpareBits(letters)));
}

/** RFC 4648 6: eight characters are five octets, and a rest has two, four, five or seven. */
function isWholeOctets(length: number): boolean {
  return ![1, 3, 6].includes(length % 8);
}

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** The last character may carry bits that belong to no octet. Apps pass over them, and so do we. */
function withoutSpareBits(letters: string): string {
  const spare = (letters.length * 5) % 8;
  const last = alphabet.indexOf(letters.at(-1) ?? '');
  return `${letters.slice(0, -1)}${alphabet[(last >> spare) << spare] ?? ''}`;
}
