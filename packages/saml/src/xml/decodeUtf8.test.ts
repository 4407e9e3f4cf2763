import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createUtf8Decoder } from './decodeUtf8.ts';

/** @returns the text, or the code of the refusal */
function decode(bytes: Uint8Array, size: number): string {
  const decoder = createUtf8Decoder();
  let text = '';
  try {
    for (let at = 0; at < bytes.length; at += size) text += decoder(bytes.subarray(at, at + size));
    return text + decoder(undefined);
  } catch (error) {
    return (error as { code: string }).code;
  }
}

function strictly(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return 'xml-encoding';
  }
}

describe('UTF-8 in pieces', () => {
  test('is read as it would be whole', () => {
    const parts = fc.array(fc.constantFrom('a', '\uFEFF', 'é', '日', '𠮷', '\u{10FFFF}', '\0', '\r\n'));
    fc.assert(
      fc.property(parts, fc.integer({ min: 1, max: 9 }), (list, size) => {
        expect(decode(Buffer.from(list.join('')), size)).toBe(list.join(''));
      }),
    );
  });
  test('is refused when it would be refused whole, wherever it is cut', () => {
    const octets = fc.array(
      fc.constantFrom(0x41, 0x80, 0xbf, 0xc0, 0xc3, 0xa9, 0xe3, 0x81, 0x82, 0xed, 0xa0, 0xf0, 0x9f, 0xf4, 0x90, 0xff),
      { maxLength: 8 },
    );
    fc.assert(
      fc.property(octets, fc.integer({ min: 1, max: 5 }), (list, size) => {
        expect(decode(Uint8Array.from(list), size)).toBe(strictly(Uint8Array.from(list)));
      }),
      { numRuns: 2000 },
    );
  });
  test('that ends within a character is refused', () => {
    for (const length of [1, 2, 3]) expect(decode(Buffer.from('𠮷').subarray(0, length), 1)).toBe('xml-encoding');
  });
  test('never reads its caller’s buffer after it was used again', () => {
    const decoder = createUtf8Decoder();
    const buffer = Buffer.from('日');
    const first = decoder(buffer.subarray(0, 2));
    const last = buffer.subarray(2).toString('latin1');
    buffer.fill(0x41);
    expect(first + decoder(Buffer.from(last, 'latin1'))).toBe('日');
  });
});
