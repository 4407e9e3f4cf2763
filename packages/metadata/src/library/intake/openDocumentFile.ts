import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileTrouble, GakumonError, isGakumonError } from '@gakumon/terms';

export type DocumentFile = {
  readonly size: number;
  readonly pieces: AsyncIterable<Uint8Array>;
  /** For whoever never began to read them. */
  readonly close: () => Promise<void>;
};

/** Between two pieces others get their turn. Octets. */
const pieceSize = 65_536;

/**
 * Opens a file to be read in pieces, once. As readRegularFile does it, a pipe or a device is not begun.
 * @param options.keep whether who gets a piece may keep it; otherwise its octets change when the next one is asked for
 * @throws GakumonError `file-unreadable`
 */
export async function openDocumentFile(file: string, { keep }: { readonly keep: boolean }): Promise<DocumentFile> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await handle.stat();
    if (!status.isFile()) {
      await handle.close();
      throw new GakumonError('file-unreadable', { detail: `${file} is not a regular file` });
    }
    const buffers = [Buffer.allocUnsafe(pieceSize), Buffer.allocUnsafe(pieceSize)] as const;
    const bufferOf = (turn: number): Buffer => (keep ? Buffer.allocUnsafe(pieceSize) : buffers[turn % 2 === 0 ? 0 : 1]);
    return { size: status.size, pieces: readAhead(handle, bufferOf), close: () => handle.close() };
  } catch (cause) {
    if (isGakumonError(cause)) throw cause;
    throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(cause)}`, cause });
  }
}

/** While one piece is worked on, the next one is read. */
async function* readAhead(handle: FileHandle, bufferOf: (turn: number) => Buffer): AsyncGenerator<Uint8Array> {
  const read = (turn: number) => handle.read(bufferOf(turn));
  let next = read(0);
  try {
    for (let turn = 1; ; turn += 1) {
      const { bytesRead, buffer } = await next;
      if (bytesRead === 0) return;
      next = read(turn);
      yield buffer.subarray(0, bytesRead);
    }
  } finally {
    await next.catch(() => undefined);
    await handle.close();
  }
}
