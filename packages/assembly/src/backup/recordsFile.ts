import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Config, Environment } from '@gakumon/config';
import { type ExchangeSummary, type ExportOptions, openRecordsExchange, type RecordsExchange } from '@gakumon/stores';
import { readRecordsLocation } from '../stores/storeLocations.ts';
import type { Counted } from './copyFile.ts';
import { telling } from './wholeFile.ts';

/**
 * The records of a configuration as whoever looks after them sees them: nothing is migrated, or made, by opening.
 * @throws GakumonError `usage-wrong` for records in memory; `key-missing`, `key-invalid`, `file-unreadable` for what opens PostgreSQL
 */
export async function openConfiguredExchange(
  { stores }: Pick<Config, 'stores'>,
  env: Environment,
): Promise<RecordsExchange> {
  return openRecordsExchange(await readRecordsLocation(stores.records, env));
}

/**
 * Exports records into a new file, for its owner only.
 * @throws GakumonError `records-missing`, `records-newer`, `store-unavailable`, `file-unreadable`
 */
export async function exportToFile(
  exchange: RecordsExchange,
  file: string,
  options: ExportOptions,
): Promise<ExchangeSummary & Counted> {
  await telling(file, () => mkdir(dirname(file), { recursive: true, mode: 0o700 }));
  const handle = await telling(file, () => open(file, 'wx', 0o600));
  const hash = createHash('sha256');
  let size = 0;
  try {
    const summary = await exchange.export(async (text) => {
      const octets = Buffer.from(text);
      hash.update(octets);
      size += octets.length;
      await telling(file, () => handle.writeFile(octets));
    }, options);
    await telling(file, () => handle.sync());
    return { ...summary, size, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}

/**
 * The octets of a file or a pipe, until it ends or `signal` is aborted.
 * @throws what the system says, and what `signal` was aborted with
 */
export async function* readOctets(
  source: string | NodeJS.ReadableStream,
  signal: AbortSignal | undefined,
  onProgress: (octets: number) => void = () => {},
): AsyncGenerator<Uint8Array, undefined> {
  const stream = typeof source === 'string' ? createReadStream(source, { highWaterMark: 262_144 }) : source;
  const stop = (): void =>
    void (stream as NodeJS.ReadableStream & { destroy(error: unknown): void }).destroy(signal?.reason);
  signal?.addEventListener('abort', stop, { once: true });
  let octets = 0;
  try {
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      octets += chunk.length;
      onProgress(octets);
      yield chunk as Uint8Array;
    }
  } finally {
    signal?.removeEventListener('abort', stop);
  }
}
