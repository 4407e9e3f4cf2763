import { describe, expect, test } from '@jest/globals';
import { computeId, createComputedIdGenerator, encodeBase32 } from './computedId.ts';
import { exampleGenerator } from './testing/examples.ts';

const sp = 'https://sp.example.org/sp';
const counting = Uint8Array.from({ length: 16 }, (_, i) => i);

describe('computeId', () => {
  test.each([
    ['bytes 0 to 15', counting, 'base64', 'Vl6z6K70iLc4AuBoNeb59Dj1rGw='],
    ['bytes 0 to 15', counting, 'base32', 'KZPLH2FO6SELOOAC4BUDLZXZ6Q4PLLDM'],
    ['a text', Buffer.from('thisisaspecialsalt'), 'base64', 'kLyH1uEvYigEvg1ZLh/QXeW1VAs='],
  ] as const)('gives what Shibboleth gives for a salt of %s (%#)', (_salt, salt, encoding, expected) => {
    expect(computeId({ salt, algorithm: 'sha1', encoding }, sp, 'at1-Data')).toBe(expected);
  });

  test('differs between services, people, salts and algorithms', () => {
    const ids = [
      computeId(exampleGenerator, sp, 's1234567'),
      computeId(exampleGenerator, 'https://other.example.org/sp', 's1234567'),
      computeId(exampleGenerator, sp, 's1234568'),
      computeId({ ...exampleGenerator, salt: counting }, sp, 's1234567'),
      computeId({ ...exampleGenerator, algorithm: 'sha256' }, sp, 's1234567'),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('createComputedIdGenerator', () => {
  test('refuses a salt that could be guessed', () => {
    const short = { ...exampleGenerator, salt: new Uint8Array(15) };
    expect(() => createComputedIdGenerator(short)).toThrow(expect.objectContaining({ code: 'key-invalid' }));
    expect(createComputedIdGenerator(exampleGenerator)).toBe(exampleGenerator);
  });
});

describe('encodeBase32', () => {
  test.each([
    ['', ''],
    ['f', 'MY======'],
    ['fo', 'MZXQ===='],
    ['foo', 'MZXW6==='],
    ['foob', 'MZXW6YQ='],
    ['fooba', 'MZXW6YTB'],
    ['foobar', 'MZXW6YTBOI======'],
  ])('writes %j as RFC 4648 section 10 does', (text, expected) => {
    expect(encodeBase32(Buffer.from(text))).toBe(expected);
  });
});
