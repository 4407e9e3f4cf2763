import { once } from 'node:events';
import { createReadStream, createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip, createGzip } from 'node:zlib';
import { fileTrouble, GakumonError, isGakumonError, quoteUntrusted, reasonOf } from '@gakumon/terms';
import { create, Parser, type ReadEntry } from 'tar';

/**
 * Packs files into one, which its owner alone can read.
 * @param paths relative to `folder`, in this order
 * @param onProgress is told how many octets have been packed
 * @throws what the system says, or what `signal` was aborted with
 */
export async function writeArchive(
  file: string,
  folder: string,
  paths: readonly string[],
  signal: AbortSignal | undefined,
  onProgress: (octets: number) => void,
): Promise<void> {
  const archive = create({ cwd: folder, portable: true, noDirRecurse: true, strict: true }, [...paths]);
  const target = createWriteStream(file, { flags: 'wx', mode: 0o600, flush: true });
  let packed = 0;
  const count = async function* (octets: AsyncIterable<Buffer>) {
    for await (const chunk of octets) {
      packed += chunk.length;
      onProgress(packed);
      yield chunk;
    }
  };
  await pipeline(archive, count, createGzip(), target, { signal });
}

/** A regular file in an archive; of links, devices and folders nobody hears. */
export type ArchivedFile = { readonly path: string; readonly octets: AsyncIterable<Uint8Array> };

export type ReadArchiveOptions = {
  /** The path of its first file: whatever begins otherwise is no archive of ours. */
  readonly first: string;
  readonly signal: AbortSignal | undefined;
  readonly onProgress: (octets: number) => void;
};

/** What is packed is a tenth of the text, or a thirtieth; what is a two hundredth was made to fill a disk. */
const largestRatio = 200;
/** Octets before which a ratio means nothing. */
const smallArchive = 67_108_864;

/**
 * Unpacks an archive as a stream, one file after the other.
 * @param take reads a file, whole, before its promise resolves
 * @throws GakumonError `backup-invalid`, `file-unreadable`, what `take` throws, or what `signal` was aborted with
 */
export async function readArchive(
  file: string,
  take: (archived: ArchivedFile) => Promise<void>,
  options: ReadArchiveOptions,
): Promise<void> {
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => {});
  const orFailure = <T>(promise: Promise<T> | T): Promise<T> => Promise.race([failure.promise, promise]);
  const parser = new Parser({ strict: true, brotli: false, zstd: false });
  const files = inTurn(file, take, failure.reject);
  parser.on('error', failure.reject);
  parser.on('entry', files.add);
  parser.on('ignoredEntry', (entry: ReadEntry) => failure.reject(notAFile(file, entry)));
  try {
    for await (const octets of unpack(file, options)) {
      // No turn in between: whoever listens later misses it
      const drained = parser.write(Buffer.from(octets)) ? undefined : once(parser, 'drain');
      await orFailure<unknown>(drained);
    }
    const ended = once(parser, 'end');
    parser.end();
    await orFailure(ended);
    await orFailure(files.taken());
  } catch (error) {
    await files.stop();
    options.signal?.throwIfAborted();
    if (isGakumonError(error)) throw error;
    throw invalid(file, `is damaged: ${reasonOf(error)}`);
  }
}

/** Takes one file after the other. */
function inTurn(file: string, take: (archived: ArchivedFile) => Promise<void>, fail: (error: unknown) => void) {
  let last: Promise<unknown> = Promise.resolve();
  let current: ReadEntry | undefined;
  let isStopped = false;
  const takeNext = async (entry: ReadEntry): Promise<void> => {
    if (isStopped) return;
    current = entry;
    if (entry.type !== 'File' && entry.type !== 'OldFile') throw notAFile(file, entry);
    await take({ path: entry.path, octets: entry });
    current = undefined;
  };
  return {
    add: (entry: ReadEntry): void => {
      last = last
        .then(() => takeNext(entry))
        .catch((error: unknown) => {
          isStopped = true;
          fail(error);
        });
    },
    taken: async (): Promise<void> => void (await last),
    /** Nothing is taken any more when this resolves: what is half written would come back after it was cleared away. */
    stop: async (): Promise<void> => {
      isStopped = true;
      current?.destroy();
      await last;
    },
  };
}

function notAFile(file: string, { path, type }: ReadEntry): GakumonError {
  return invalid(file, `holds ${quoteUntrusted(path)}, which is no file (${type})`);
}

/** What is in the gzip, up to where no honest one goes on. */
async function* unpack(file: string, { first, onProgress, signal }: ReadArchiveOptions): AsyncGenerator<Uint8Array> {
  let read = 0;
  let unpacked = 0;
  const source = createReadStream(file);
  const unzip = createGunzip();
  source.on('data', (chunk) => {
    read += chunk.length;
    onProgress(read);
  });
  source.once('error', (cause) => {
    unzip.destroy(
      new GakumonError('file-unreadable', {
        detail: `${file} ${fileTrouble(cause)}`,
        hint: 'name a file that gakumon records backup wrote',
        cause,
      }),
    );
  });
  try {
    for await (const octets of source.pipe(unzip) as AsyncIterable<Buffer>) {
      signal?.throwIfAborted();
      // The parser would unpack what is packed once more, and count nothing
      if (unpacked === 0 && octets.toString('latin1', 0, first.length) !== first) throw invalid(file, 'is no backup');
      unpacked += octets.length;
      if (unpacked > smallArchive + largestRatio * read)
        throw invalid(file, 'unpacks to far more than any backup does');
      yield octets;
    }
  } finally {
    source.destroy();
  }
}

function invalid(file: string, what: string): GakumonError {
  return new GakumonError('backup-invalid', { detail: `${file} ${what}` });
}
