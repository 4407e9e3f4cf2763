import type { Config, ConfiguredSource } from '@gakumon/config';
import { createMetadataLibrary, type FileSource, type MetadataLibrary, type MetadataRecords } from '@gakumon/metadata';
import type { Stores } from '@gakumon/stores';
import type { Clock } from '@gakumon/terms';
import type { Report } from './notice.ts';

/**
 * The library over the configured sources and what was loaded by hand; empty until its first refresh.
 * @param records undefined: without what was loaded by hand
 */
export function openLibrary(config: Config, records: MetadataRecords | undefined, clock: Clock): MetadataLibrary {
  return createMetadataLibrary({
    sources: config.metadata.sources.flatMap(filesOf),
    records,
    ownEntityId: config.idp.entityId,
    clock,
  });
}

/** What the library can read so far. */
function filesOf({ name, origin, signers, unsigned, maxValidity }: ConfiguredSource): FileSource[] {
  const certificates = signers.flatMap((signer) => ('file' in signer ? [signer.file] : []));
  if (origin.kind === 'url' || origin.kind === 'mdq') return [];
  const from = origin.kind === 'file' ? { file: origin.path } : { directory: origin.path };
  return [{ name, from, certificates, unsigned, maxValidity }];
}

/** Looks for changes, and tells what is odd or well again. Never rejects: what is broken leaves the last good one in force. */
export async function refreshLibrary(library: MetadataLibrary, report: Report): Promise<void> {
  const broken = library.sources().filter(isBroken);
  const { changed, warnings } = await library.refresh();
  const stillBroken = new Set(library.sources().filter(isBroken).map(nameOf));
  for (const source of broken.map(nameOf).filter((name) => !stillBroken.has(name))) {
    report({ level: 'info', message: 'metadata source is well again', fields: { source } });
  }
  for (const { source, entityId = '', message } of warnings) {
    report({ level: 'warn', message: 'metadata', fields: { source, entityId, reason: message } });
  }
  if (changed) {
    report({
      level: 'info',
      message: 'metadata in force',
      fields: { serviceProviders: library.serviceProviders.list().length },
    });
  }
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

const isBroken = ({ problem }: Source): boolean => problem !== undefined;
const nameOf = ({ name }: Source): string => name;
