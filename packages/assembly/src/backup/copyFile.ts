import { createHash } from 'node:crypto';
import { constants, createWriteStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { GakumonError } from '@gakumon/terms';

/** What went through: octets and their SHA-256 in hex. */
export type Counted = { readonly size: number; readonly sha256: string };

/**
 * Writes octets into a new file, in folders that only their owner can enter.
 * @throws what the system and the source say; what `signal` was aborted with
 */
export async function writeCounted(
  octets: AsyncIterable<Uint8Array>,
  file: string,
  mode: number,
  signal: AbortSignal | undefined,
): Promise<Counted> {
  const hash = createHash('sha256');
  let size = 0;
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  const count = async function* () {
    for await (const chunk of octets) {
      signal?.throwIfAborted();
      hash.update(chunk);
      size += chunk.length;
      yield chunk;
    }
  };
  await pipeline(count, createWriteStream(file, { flags: 'wx', mode }));
  return { size, sha256: hash.digest('hex') };
}

/**
 * Copies a regular file, which may be behind a link; nothing else can be opened by mistake, or for ever.
 * @returns what was copied, with its permission bits
 */
export async function copyCounted(
  from: string,
  to: string,
  signal: AbortSignal | undefined,
): Promise<Counted & { readonly mode: number }> {
  // A pipe that nobody writes to would otherwise hold the very opening
  const handle = await open(from, constants.O_RDONLY | constants.O_NONBLOCK);
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw new GakumonError('file-unreadable', { detail: `${from} is not a regular file` });
    const octets = handle.createReadStream({ autoClose: false });
    return { ...(await writeCounted(octets, to, 0o600, signal)), mode: found.mode & 0o777 };
  } finally {
    await handle.close();
  }
}
