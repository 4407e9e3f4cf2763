import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { fileTrouble, GakumonError, isGakumonError } from '@gakumon/terms';

const pieceSize = 65_536;

/**
 * Opens a file to be read in pieces, once. As readRegularFile does it, a pipe or a device is not begun.
 * @throws GakumonError `file-unreadable`
 */
export async function openDocumentFile(
  file: string,
): Promise<{ readonly size: number; readonly pieces: AsyncIterable<Uint8Array> }> {
  try {
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await handle.stat();
    if (!status.isFile()) {
      await handle.close();
      throw new GakumonError('file-unreadable', { detail: `${file} is not a regular file` });
    }
    async function* read(): AsyncGenerator<Uint8Array> {
      try {
        for (;;) {
          const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(pieceSize));
          if (bytesRead === 0) return;
          yield buffer.subarray(0, bytesRead);
        }
      } finally {
        await handle.close();
      }
    }
    return { size: status.size, pieces: read() };
  } catch (cause) {
    if (isGakumonError(cause)) throw cause;
    throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(cause)}`, cause });
  }
}
