import { open } from 'node:fs/promises';

/**
 * Lets pieces through and writes them to a new file beside; it is complete when the pieces have ended.
 * @throws what the system says, for example when the disk is full
 */
export async function* writeThrough(pieces: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of pieces) {
      await handle.writeFile(piece);
      yield piece;
    }
  } finally {
    await handle.close();
  }
}
