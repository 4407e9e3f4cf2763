import { createHash } from 'node:crypto';
import type { Clock } from '@gakumon/terms';
import { acceptMetadata } from '../acceptMetadata.ts';
import type { LoadedMetadata, MetadataRecords } from '../ports.ts';
import { addedSourceName } from './addServiceProvider.ts';
import { type DocumentState, refreshDocument, type SourceReader } from './sourceReader.ts';

/**
 * Makes the reader of the metadata that operators loaded by hand, one source per name, in the order of the names,
 * those that `addServiceProvider` made last: what somebody typed never counts before what a service says of itself. It was verified when it was loaded, and what is kept are the bytes that were hashed; so here it is read as it is. Asking
 * costs one query for the generation; the documents are fetched only when that has changed.
 */
export function createLoadedSource(records: MetadataRecords, clock: Clock): SourceReader {
  let documents: ReadonlyMap<string, DocumentState> = new Map();
  let generation: number | undefined;
  let trouble: string | undefined;

  async function read(): Promise<void> {
    const newest = await records.generation();
    if (newest === generation) return;
    const loaded = [...(await records.list())].sort((one, other) => (one.name < other.name ? -1 : 1));
    const next = new Map<string, DocumentState>();
    for (const metadata of loaded) {
      next.set(metadata.name, await refreshLoaded(metadata, documents.get(metadata.name), clock));
    }
    documents = new Map([...next].sort((one, other) => Number(isAdded(one)) - Number(isAdded(other))));
    // The generation that was asked for before the list: what is saved in between raises it, and is read next time.
    generation = newest;
  }

  return {
    refresh: async () => {
      try {
        await read();
        trouble = undefined;
      } catch (error) {
        trouble = `hand-loaded metadata: ${error instanceof Error ? error.message : String(error)}`;
      }
    },
    states: () => {
      const states = [...documents].map(([name, { serviceProviders, warnings, problem }]) => {
        return { name, serviceProviders, warnings, problem };
      });
      const store = { name: 'records', serviceProviders: [], warnings: [], problem: trouble };
      return trouble === undefined ? states : [...states, store];
    },
  };
}

/** By what it holds as well as by its name, which anybody can give to a federation's metadata. */
function isAdded([name, { serviceProviders }]: readonly [string, DocumentState]): boolean {
  const [only, ...others] = serviceProviders;
  return only !== undefined && others.length === 0 && name === addedSourceName(only.entityId);
}

function refreshLoaded(
  { name, xml }: LoadedMetadata,
  previous: DocumentState | undefined,
  clock: Clock,
): Promise<DocumentState> {
  const stamp = createHash('sha256').update(xml).digest('hex');
  const trust = { certificates: [], unsigned: true };
  return refreshDocument(previous, stamp, name, async () => acceptMetadata(xml, name, trust, clock()));
}
