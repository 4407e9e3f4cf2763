/** Cost of scrypt (RFC 7914): N is 2^logN, memory is 128 · N · r bytes. */
export type ScryptCost = { readonly logN: number; readonly r: number; readonly p: number };

/** A password hash taken apart. */
export type PasswordHash = { readonly cost: ScryptCost; readonly salt: Buffer; readonly digest: Buffer };

/** 32 MB and, by three passes, the work of the 128 MB that are usually advised for one pass. */
export const defaultCost: ScryptCost = { logN: 15, r: 8, p: 3 };

const pattern = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22,86})\$([A-Za-z0-9+/]{43,86})$/;

/**
 * @param hash `$scrypt$ln=15,r=8,p=3$SALT$DIGEST`, base64 without padding (the PHC string format)
 * @returns undefined when it is anything else, or its cost lies outside of what one login may take: a file of people
 *   must not be able to take all memory or minutes of work
 */
export function parsePasswordHash(hash: string): PasswordHash | undefined {
  const [, logN, r, p, salt, digest] = pattern.exec(hash) ?? [];
  if (salt === undefined || digest === undefined) {
    return undefined;
  }
  const cost = { logN: Number(logN), r: Number(r), p: Number(p) };
  return isBearable(cost) ? { cost, salt: decodeBase64(salt), digest: decodeBase64(digest) } : undefined;
}

/** The text that `parsePasswordHash` reads. */
export function formatPasswordHash({ cost, salt, digest }: PasswordHash): string {
  return `$scrypt$ln=${cost.logN},r=${cost.r},p=${cost.p}$${encodeBase64(salt)}$${encodeBase64(digest)}`;
}

/** Between 1 MB and 128 MB, and at most the work of 2^20 blocks: half a second or so. */
export function isBearable({ logN, r, p }: ScryptCost): boolean {
  const whole = [logN, r, p].every((n) => Number.isInteger(n) && n >= 1);
  const blocks = 2 ** logN * r;
  return whole && blocks >= 2 ** 13 && blocks <= 2 ** 20 && blocks * p <= 2 ** 20;
}

const encodeBase64 = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '');
const decodeBase64 = (text: string): Buffer => Buffer.from(text, 'base64');
