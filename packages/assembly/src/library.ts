import { setTimeout as delay } from 'node:timers/promises';
import type { Config } from '@gakumon/config';
import {
  createMetadataLibrary,
  type MetadataLibrary,
  type MetadataLibraryOptions,
  type ServiceProviderUses,
} from '@gakumon/metadata';
import type { Stores } from '@gakumon/stores';
import { type Clock, seconds } from '@gakumon/terms';
import type { OpenMetadataRecords } from './metadata/metadataRecords.ts';
import { refreshLibrary } from './metadata/refreshLibrary.ts';
import type { Report } from './notice.ts';

/** What the records tell the library. */
export type LibraryRecords = Pick<OpenMetadataRecords, 'sources' | 'orders'> & {
  /** Whom people use, for the guard; undefined: nobody knows. */
  readonly uses?: Pick<ServiceProviderUses, 'listSince'> | undefined;
};

/**
 * The library over the configured sources and what was loaded by hand; empty until it is opened. It has to be closed.
 * @param records undefined: without what was loaded by hand
 */
export function openLibrary(
  config: Config,
  records: LibraryRecords | undefined,
  clock: Clock,
  onProgress?: MetadataLibraryOptions['onProgress'],
): MetadataLibrary {
  return createMetadataLibrary({
    sources: config.metadata.sources,
    cache: config.metadata.cache,
    proxy: config.metadata.proxy,
    records: records?.sources,
    orders: records?.orders,
    uses: records?.uses,
    ownEntityId: config.idp.entityId,
    clock,
    onProgress,
  });
}

/** So long a start waits for metadata from elsewhere that this machine has no copy of, milliseconds. */
const longestWait = seconds(20);
const betweenLooks = 50;

/**
 * Brings into force what is stored, and then waits for the sources of which nothing is: for files until they are taken
 * in, for what has to be fetched a while only. Never rejects.
 */
export async function startLibrary(library: MetadataLibrary, report: Report, signal: AbortSignal): Promise<void> {
  await library.open();
  await refreshLibrary(library, report);
  const begun = performance.now();
  while (!signal.aborted && library.sources().some((source) => isAwaited(source, performance.now() - begun))) {
    await delay(betweenLooks);
    await refreshLibrary(library, report);
  }
}

function isAwaited({ kind, isBusy, entities }: Source, waited: number): boolean {
  return isBusy && entities === 0 && (kind !== 'url' || waited < longestWait);
}

/** Tells once of metadata that an earlier version loaded; it was not sealed, so nothing of it is in force. */
export async function reportFormerMetadata(stores: Pick<Stores, 'listFormerMetadata'>, report: Report): Promise<void> {
  // Only advice: the next start gives it again.
  const names = await stores.listFormerMetadata().catch(() => []);
  if (names.length === 0) return;
  const reason = 'an earlier version loaded it unsealed; load it again: gakumon metadata load, gakumon sp add';
  report({ level: 'warn', message: 'metadata is not in force', fields: { sources: names.join(', '), reason } });
}

type Source = ReturnType<MetadataLibrary['sources']>[number];
