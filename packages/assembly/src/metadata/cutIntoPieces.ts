/** Octets in a piece, but for the last one: what is in memory, sealed and written at once. */
export const pieceOctets = 1_048_576;

/**
 * Cuts chunks of any size into pieces of one size; of nothing at all it makes no piece. All pieces are the same memory:
 * each one counts until the next is asked for.
 */
export async function* cutIntoPieces(
  chunks: AsyncIterable<Uint8Array>,
  size: number = pieceOctets,
): AsyncGenerator<Buffer, undefined> {
  const piece = Buffer.allocUnsafe(size);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let from = 0; from < chunk.length; ) {
      const part = chunk.subarray(from, from + size - filled);
      piece.set(part, filled);
      from += part.length;
      filled += part.length;
      if (filled < size) continue;
      yield piece;
      filled = 0;
    }
  }
  if (filled > 0) yield piece.subarray(0, filled);
}
