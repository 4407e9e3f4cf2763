import { randomBytes, type ScryptOptions, scrypt, timingSafeEqual } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';
import {
  defaultCost,
  formatPasswordHash,
  isBearable,
  type PasswordHash,
  parsePasswordHash,
  type ScryptCost,
} from './passwordHash.ts';

/** Longest password, in bytes of UTF-8 after NFC. */
export const passwordLimit = 1024;

const digestLength = 32;
const saltLength = 16;

/**
 * Hashes a password with scrypt (RFC 7914) and a fresh salt, on the thread pool.
 * @param cost another one than the default, for tests
 * @returns one line in the PHC string format
 * @throws GakumonError `usage-wrong` for an empty or too long password, or a cost outside of the bounds
 */
export async function hashPassword(password: string, cost: ScryptCost = defaultCost): Promise<string> {
  const octets = passwordOctets(password);
  if (octets === undefined) {
    throw new GakumonError('usage-wrong', { detail: `a password has 1 to ${passwordLimit} bytes of well-formed text` });
  }
  if (!isBearable(cost)) {
    throw new GakumonError('usage-wrong', { detail: 'the scrypt cost is outside of its bounds' });
  }
  const salt = randomBytes(saltLength);
  return formatPasswordHash({ cost, salt, digest: await derive(octets, salt, cost, digestLength) });
}

/**
 * Compares a password with a hash in constant time, on the thread pool.
 * @param hash as `hashPassword` wrote it
 * @throws GakumonError `document-invalid` when the hash is not one of ours
 */
export async function verifyPasswordHash(password: string, hash: string): Promise<boolean> {
  const parsed = parsePasswordHash(hash);
  if (parsed === undefined) {
    throw new GakumonError('document-invalid', { detail: 'a password hash is not of the form $scrypt$ln=…' });
  }
  const octets = passwordOctets(password);
  return octets !== undefined && (await matchesHash(octets, parsed));
}

/** The work of one comparison; the caller decides what its outcome is worth. */
export async function matchesHash(octets: Buffer, { cost, salt, digest }: PasswordHash): Promise<boolean> {
  return timingSafeEqual(await derive(octets, salt, cost, digest.length), digest);
}

/** The octets that are hashed, NFC in UTF-8; undefined when empty, too long, or not well-formed (lone surrogates would all become the same octets). */
export function passwordOctets(password: string): Buffer | undefined {
  // NFC makes one UTF-16 unit out of four at most, so a longer text need not be normalised to be refused.
  if (password.length > passwordLimit * 4 || !password.isWellFormed()) {
    return undefined;
  }
  const octets = Buffer.from(password.normalize('NFC'), 'utf8');
  return octets.length > 0 && octets.length <= passwordLimit ? octets : undefined;
}

function derive(octets: Buffer, salt: Buffer, { logN, r, p }: ScryptCost, length: number): Promise<Buffer> {
  const N = 2 ** logN;
  const options: ScryptOptions = { N, r, p, maxmem: 128 * r * (N + p + 2) + 1024 * 1024 };
  return new Promise((resolve, reject) => {
    scrypt(octets, salt, length, options, (error, key) => (error === null ? resolve(key) : reject(error)));
  });
}
