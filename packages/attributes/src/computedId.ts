import { hash } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';

/**
 * One way to make an identifier that differs from SP to SP, by Shibboleth's computedId algorithm (GAKUNIN.md 6.1). A
 * site may have several, each with the values that it once began with; losing the salt changes everybody's identifiers.
 */
export type ComputedIdGenerator = {
  /** For the operator: which of several generators made a value. */
  readonly name: string;
  /** `username`, or the dictionary id or directory's name of the attribute that it starts from. */
  readonly source: string;
  /** At least 16 bytes. */
  readonly salt: Uint8Array;
  readonly algorithm: 'sha1' | 'sha256';
  readonly encoding: 'base64' | 'base32';
};

const shortestSalt = 16;

/** @throws GakumonError `key-invalid` when the salt is shorter than 16 bytes, which could be guessed */
export function createComputedIdGenerator(generator: ComputedIdGenerator): ComputedIdGenerator {
  if (generator.salt.length < shortestSalt) {
    throw new GakumonError('key-invalid', {
      detail: `the salt of the identifier generator ${generator.name} has fewer than ${shortestSalt} bytes`,
    });
  }
  return generator;
}

/**
 * `H(recipient ! source value ! salt)`. The IdP's own name is not in it, so it survives a change of entityID.
 * @param recipient the entityID of the SP, or the SPNameQualifier of an affiliation of SPs
 * @param sourceValue a scoped one as `value@scope`
 */
export function computeId(
  { salt, algorithm, encoding }: Pick<ComputedIdGenerator, 'salt' | 'algorithm' | 'encoding'>,
  recipient: string,
  sourceValue: string,
): string {
  const octets = Buffer.concat([Buffer.from(`${recipient}!${sourceValue}!`, 'utf8'), salt]);
  return encoding === 'base64' ? hash(algorithm, octets, 'base64') : encodeBase32(hash(algorithm, octets, 'buffer'));
}

const base32Alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648 section 6, upper case, padded. */
export function encodeBase32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    bits = (bits << 8) | byte;
    for (held += 8; held >= 5; held -= 5) text += base32Alphabet.charAt((bits >> (held - 5)) & 31);
    bits &= 31;
  }
  if (held > 0) text += base32Alphabet.charAt((bits << (5 - held)) & 31);
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}
