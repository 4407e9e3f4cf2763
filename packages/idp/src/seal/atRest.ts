import { GakumonError } from '@gakumon/terms';
import { decrypt, encrypt, keyIdOf } from './aead.ts';
import type { SealingKeys } from './sealingKeys.ts';

/** A secret as it is kept in the records: under a key that is not in them (law 8). */
export type SealedAtRest = {
  readonly kind: string;
  readonly name: string;
  /** Of the sealing key that opens it. */
  readonly keyId: string;
  readonly sealed: Uint8Array;
};

/**
 * Seals a secret for the records.
 * @param kind what it is, with `name` which one: it opens under these alone, so that no row passes for another one
 */
export function sealAtRest(keys: SealingKeys, kind: string, name: string, plain: Uint8Array): SealedAtRest {
  const { id, atRest } = keys.current;
  return { kind, name, keyId: id, sealed: encrypt(id, atRest, placeOf(kind, name), plain) };
}

/**
 * Opens what {@link sealAtRest} made. Only whoever has a sealing key can have made it.
 * @throws GakumonError `secret-unopenable`, the same for every way in which it can be wrong
 */
export function openAtRest(keys: SealingKeys, { kind, name, sealed }: Omit<SealedAtRest, 'keyId'>): Buffer {
  const keyOf = (keyId: string) => keys.all.find(({ id }) => id === keyId)?.atRest;
  try {
    return decrypt(sealed, keyOf, placeOf(kind, name));
  } catch (cause) {
    throw new GakumonError('secret-unopenable', { detail: `the ${kind} "${name}" in the records`, cause });
  }
}

/**
 * What is amiss with a secret that does not open:
 * - `damaged`: nobody who has a sealing key wrote it like that;
 * - `key-retired`: the key that it names is gone for good;
 * - `key-unknown`: the key that it names is not here. Another node may have it.
 */
export type Unopenable = { readonly fault: 'damaged' | 'key-retired' | 'key-unknown'; readonly keyId: string };

/** @param record one that {@link openAtRest} refuses */
export function whyUnopenable(
  keys: SealingKeys,
  { keyId: claimed, sealed }: Pick<SealedAtRest, 'keyId' | 'sealed'>,
): Unopenable {
  const keyId = keyIdOf(sealed);
  // What was sealed here names its key twice: beside it, and within.
  const isDamaged = keyId === undefined || keyId !== claimed || keys.all.some(({ id }) => id === keyId);
  if (isDamaged) return { fault: 'damaged', keyId: claimed };
  return { fault: keys.retired.includes(keyId) ? 'key-retired' : 'key-unknown', keyId };
}

/** JSON, so that no two pairs of kind and name are written alike. */
function placeOf(kind: string, name: string): Buffer {
  return Buffer.from(JSON.stringify([kind, name]), 'utf8');
}
