import { randomBytes } from 'node:crypto';
import { expect, test } from '@jest/globals';
import { cutIntoPieces } from './cutIntoPieces.ts';

async function cut(octets: Buffer, chunk: number, size: number): Promise<Buffer[]> {
  async function* chunks() {
    for (let at = 0; at < octets.length; at += chunk) yield octets.subarray(at, at + chunk);
    yield new Uint8Array(0);
  }
  const pieces: Buffer[] = [];
  // All pieces are the same memory
  for await (const piece of cutIntoPieces(chunks(), size)) pieces.push(Buffer.from(piece));
  return pieces;
}

test('whatever the chunks are, the pieces are of one size, and together the same', async () => {
  const octets = randomBytes(60);
  for (const length of [0, 1, 9, 10, 11, 20, 59, 60]) {
    for (const chunk of [1, 3, 10, 11, 25, 60]) {
      const pieces = await cut(octets.subarray(0, length), chunk, 10);
      expect(Buffer.concat(pieces).equals(octets.subarray(0, length))).toBe(true);
      expect(pieces.length).toBe(Math.ceil(length / 10));
      expect(pieces.slice(0, -1).every((piece) => piece.length === 10)).toBe(true);
    }
  }
});
