import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { createUtf8Writer } from './encodeUtf8.ts';

test('text in parts of any size becomes its UTF-8, in pieces that stay as they are', () => {
  const part = fc
    .tuple(fc.constantFrom('a', '<é>', '日本', '𠮷', ''), fc.constantFrom(1, 10, 200, 600, 7000, 30_000))
    .map(([text, times]) => text.repeat(times));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
      const pieces: Uint8Array[] = [];
      const writer = createUtf8Writer((piece) => pieces.push(piece));
      for (const one of parts) writer.add(one);
      writer.finish();
      expect(Buffer.concat(pieces).equals(Buffer.from(parts.join('')))).toBe(true);
    }),
    { numRuns: 200 },
  );
});
