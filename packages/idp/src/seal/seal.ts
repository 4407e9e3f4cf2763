import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { GakumonError } from '@gakumon/terms';
import { decrypt, encrypt } from './aead.ts';
import type { SealingKeys } from './sealingKeys.ts';

/** A sealed value this long still fits a form field comfortably (DESIGN section 3). */
export const maximumSealedLength = 6144;
const maximumPlainLength = 65_536;
/** Most are shorter. zlib takes so much memory at once, and what it took stays until V8 looks through its old objects. */
const usualLength = 2048;

/** The sealed value says more than fits. */
export type SealResult = { readonly kind: 'sealed'; readonly text: string } | { readonly kind: 'too-large' };

/**
 * Seals a JSON value for a browser to carry: deflated, then AES-256-GCM.
 * @param purpose what it is; something sealed for one purpose does not open for another
 * @returns base64url of at most {@link maximumSealedLength} characters, or that it would be longer
 */
export function seal(keys: SealingKeys, purpose: string, value: unknown): SealResult {
  const { id, encryption } = keys.current;
  const plain = deflateRawSync(Buffer.from(JSON.stringify(value), 'utf8'), { chunkSize: usualLength });
  const text = encrypt(id, encryption, Buffer.from(purpose, 'utf8'), plain).toString('base64url');
  return text.length > maximumSealedLength ? { kind: 'too-large' } : { kind: 'sealed', text };
}

/**
 * Opens what {@link seal} made.
 * @throws GakumonError `attempt-tampered`, the same for every way in which it can be wrong
 */
export function unseal(keys: SealingKeys, purpose: string, text: string): unknown {
  try {
    return open(keys, purpose, text);
  } catch (cause) {
    throw new GakumonError('attempt-tampered', { cause });
  }
}

function open(keys: SealingKeys, purpose: string, text: string): unknown {
  if (text.length > maximumSealedLength || !/^[A-Za-z0-9_-]+$/.test(text)) throw new RangeError('not a sealed value');
  const keyOf = (keyId: string) => keys.all.find(({ id }) => id === keyId)?.encryption;
  const plain = decrypt(Buffer.from(text, 'base64url'), keyOf, Buffer.from(purpose, 'utf8'));
  return JSON.parse(
    inflateRawSync(plain, { maxOutputLength: maximumPlainLength, chunkSize: usualLength }).toString('utf8'),
  );
}
