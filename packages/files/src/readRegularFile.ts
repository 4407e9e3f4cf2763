import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { fileTrouble, GakumonError, isGakumonError } from '@gakumon/terms';

const chunkSize = 1_048_576;

/**
 * Reads a file that an operator names. A pipe would hold the reader for ever, a device never ends, and a file may grow
 * while it is read: only regular files are read, and never more than the limit.
 * @param limit octets
 * @throws GakumonError `file-unreadable`; its `cause` is what the system said, if it was the system
 */
export async function readRegularFile(file: string, limit: number): Promise<Buffer> {
  try {
    // A pipe that nobody writes to would otherwise hold the very opening.
    const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      if (!(await handle.stat()).isFile()) throw refuse(file, 'is not a regular file');
      return await readBounded(handle, file, limit);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (isGakumonError(cause)) throw cause;
    throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(cause)}`, cause });
  }
}

async function readBounded(handle: FileHandle, file: string, limit: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for (let octets = 0; octets <= limit; ) {
    const { bytesRead, buffer } = await handle.read(Buffer.allocUnsafe(Math.min(chunkSize, limit + 1 - octets)));
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    octets += bytesRead;
  }
  throw refuse(file, `is larger than ${limit} octets, which is the limit`);
}

function refuse(file: string, why: string): GakumonError {
  return new GakumonError('file-unreadable', { detail: `${file} ${why}` });
}
