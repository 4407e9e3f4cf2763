/** Numbers between 0 and 1, the same for the same seed (mulberry32). */
export type Random = () => number;

export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

export const below = (random: Random, limit: number): number => Math.floor(random() * limit);
export const pick = <T>(random: Random, list: readonly T[]): T => list[below(random, list.length)] as T;

/** What has broken parsers before. */
const tokens: readonly Buffer[] = [
  '<!DOCTYPE a [<!ENTITY x "y">]>',
  '&x;',
  '&#0;',
  '&#xD800;',
  '<!-- -->',
  '<![CDATA[',
  ']]>',
  '<?x y?>',
  '<?xml version="1.1"?>',
  '\ufeff',
  ' xml:id="_1"',
  ' ID="_1"',
  ' xmlns:samlp="urn:x"',
  ' xmlns=""',
  '<saml:Issuer>https://signing.example.org/sp</saml:Issuer>',
  '<ds:Signature/>',
  '%00',
  '%',
  '&SAMLRequest=AAAA',
  '&RelayState=',
  '&SigAlg=http://www.w3.org/2000/09/xmldsig#hmac-sha1&Signature=AAAA',
  'https://evil.example/acs',
  '../',
  '\0',
  '\u2028',
  '<a>'.repeat(500),
  'A'.repeat(5000),
].map((token) => Buffer.from(token));
const moreTokens = [...tokens, Buffer.from([0xff]), Buffer.from([0xc0, 0xaf]), Buffer.from([0xed, 0xa0, 0x80])];

type Change = (bytes: Buffer, random: Random, other: Buffer) => Buffer;

const splice = (bytes: Buffer, from: number, to: number, insert: Uint8Array): Buffer =>
  Buffer.concat([bytes.subarray(0, from), insert, bytes.subarray(to)]);
const range = (bytes: Buffer, random: Random): [number, number] => {
  const from = below(random, bytes.length + 1);
  return [from, Math.min(bytes.length, from + 1 + below(random, 40))];
};

const changes: readonly Change[] = [
  (bytes, random) => {
    if (bytes.length === 0) return bytes;
    const flipped = Buffer.from(bytes);
    const at = below(random, bytes.length);
    flipped[at] = (flipped[at] ?? 0) ^ (1 << below(random, 8));
    return flipped;
  },
  (bytes, random) => splice(bytes, ...range(bytes, random), Buffer.alloc(0)),
  (bytes, random) => {
    const [from, to] = range(bytes, random);
    return splice(bytes, to, to, bytes.subarray(from, to));
  },
  (bytes, random) => {
    const at = below(random, bytes.length + 1);
    return splice(bytes, at, at, pick(random, moreTokens));
  },
  (bytes, random) => splice(bytes, ...range(bytes, random), pick(random, moreTokens)),
  (bytes, random, other) => {
    const [from, to] = range(other, random);
    const at = below(random, bytes.length + 1);
    return splice(bytes, at, at, other.subarray(from, to));
  },
  (bytes, random) => bytes.subarray(0, below(random, bytes.length + 1)),
  (bytes, random, other) =>
    Buffer.concat([
      bytes.subarray(0, below(random, bytes.length + 1)),
      other.subarray(below(random, other.length + 1)),
    ]),
];

/** Changes octets, once or a few times. */
export function mutate(bytes: Buffer, random: Random, other: Buffer): Buffer {
  let changed = bytes;
  for (let left = 1 + below(random, 4); left > 0; left -= 1) changed = pick(random, changes)(changed, random, other);
  return changed;
}
