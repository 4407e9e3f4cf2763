import { GakumonError } from '@gakumon/terms';
import { decrypt, encrypt } from './aead.ts';
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

/** JSON, so that no two pairs of kind and name are written alike. */
function placeOf(kind: string, name: string): Buffer {
  return Buffer.from(JSON.stringify([kind, name]), 'utf8');
}
