/** One element of BER (X.690) as LDAP uses it: definite lengths, tags of one octet (RFC 4511, section 5.1). */
export type BerElement = { readonly tag: number; readonly content: Buffer };

/** Longest message, and the deepest nesting of filters. */
export const berLimits = { octets: 1_000_000, depth: 30 } as const;

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  octets: 0x04,
  enumerated: 0x0a,
  sequence: 0x30,
  set: 0x31,
} as const;

/**
 * Reads the element that some octets begin with.
 * @returns with the octets after it; undefined: it has not come whole yet
 * @throws Error when it never can be one
 */
export function readElement(octets: Buffer): (BerElement & { readonly rest: Buffer }) | undefined {
  const [tag, first] = octets;
  if (tag === undefined || first === undefined) return undefined;
  const lengthOctets = first < 0x80 ? 0 : first & 0x7f;
  if (first === 0x80 || lengthOctets > 4) throw new Error('BER: a length that is indefinite or too long');
  if (octets.length < 2 + lengthOctets) return undefined;
  const length = lengthOctets === 0 ? first : octets.readUIntBE(2, lengthOctets);
  if (length > berLimits.octets) throw new Error(`BER: ${length} octets are too many`);
  const end = 2 + lengthOctets + length;
  if (octets.length < end) return undefined;
  return { tag, content: octets.subarray(2 + lengthOctets, end), rest: octets.subarray(end) };
}

/** The elements inside of a constructed one. @throws Error when they don't fill it exactly */
export function readAll(content: Buffer): readonly BerElement[] {
  const elements: BerElement[] = [];
  let rest = content;
  while (rest.length > 0) {
    const element = readElement(rest);
    if (element === undefined) throw new Error('BER: an element is cut off');
    elements.push(element);
    rest = element.rest;
  }
  return elements;
}

export function readInteger({ content }: BerElement): number {
  if (content.length === 0 || content.length > 6) throw new Error('BER: an integer that is empty or too long');
  return content.readIntBE(0, content.length);
}

export const readText = ({ content }: BerElement): string => content.toString('utf8');

export function writeElement(tag: number, ...contents: readonly (Uint8Array | string)[]): Buffer {
  const content = Buffer.concat(contents.map((part) => Buffer.from(part as Uint8Array)));
  return Buffer.concat([Buffer.from([tag]), writeLength(content.length), content]);
}

function writeLength(length: number): Buffer {
  if (length < 0x80) return Buffer.from([length]);
  const octets = Buffer.alloc(4);
  octets.writeUInt32BE(length);
  return Buffer.concat([Buffer.from([0x84]), octets]);
}

/** An integer of at most 32 bits, or an enumerated value. */
export function writeInteger(value: number, tag: number = tags.integer): Buffer {
  const octets = Buffer.alloc(5);
  octets.writeIntBE(value, 0, 5);
  let from = 0;
  // As short as it can be: the first nine bits must not all be the same
  while (from < 4 && isSpare(octets[from] ?? 0, octets[from + 1] ?? 0)) from += 1;
  return writeElement(tag, octets.subarray(from));
}

const isSpare = (first: number, second: number): boolean =>
  (first === 0 && second < 0x80) || (first === 0xff && second >= 0x80);
