import { createHash } from 'node:crypto';
import { type Clock, hours, isGakumonError, minutes } from '@gakumon/terms';
import type { LoadedMetadata, MetadataEntry, MetadataRecords } from '../ports.ts';
import { acceptMetadata } from '../trust/acceptMetadata.ts';
import { addedSourceName } from './addServiceProvider.ts';
import { type DocumentState, failDocument, refreshDocument, type SourceReader } from './sourceReader.ts';

/** One name, as it was last seen. */
type Seen = {
  /** Undefined: it could not be opened, and is tried again. */
  readonly revision: string | undefined;
  readonly document: DocumentState;
};

/** However quiet the records are, they are looked at: after a fail-over another change may have the same generation. */
const longestQuiet = minutes(1);

/** Whoever damages a row by other means leaves its revision as it was: so often each is opened again all the same. */
const longestTrust = hours(1);

/**
 * Makes the reader of the metadata that operators loaded by hand, one source per name, in the order of the names,
 * those that `addServiceProvider` made last: what somebody typed never counts before what a service says of itself. It was
 * verified when it was loaded, and the records vouch that it is what was loaded then; so here it is read as it is. Asking
 * costs one query for the generation; a document is fetched only when its own revision has changed.
 */
export function createLoadedSource(records: MetadataRecords, clock: Clock): SourceReader {
  let seen: ReadonlyMap<string, Seen> = new Map();
  let lastLook = '';
  let lastOpening: number | undefined;
  let trouble: string | undefined;

  async function read(): Promise<void> {
    // The generation before the list: what is saved in between raises it, and is read next time.
    const look = `${await records.generation()} ${Math.floor(clock() / longestQuiet)}`;
    if (look === lastLook) return;
    const opening = Math.floor(clock() / longestTrust);
    const isTrusted = opening === lastOpening;
    const next: [string, Seen][] = [];
    for (const entry of await records.list()) {
      const previous = seen.get(entry.name);
      const isSame = isTrusted && previous?.revision === entry.revision;
      const found = isSame ? previous : await refreshEntry(records, entry, previous, clock);
      if (found !== undefined) next.push([entry.name, found]);
    }
    const sorted = next.sort(([one], [other]) => (one < other ? -1 : 1));
    seen = new Map(sorted.sort((one, other) => Number(isAdded(one)) - Number(isAdded(other))));
    lastLook = look;
    lastOpening = opening;
  }

  return {
    refresh: async () => {
      try {
        await read();
        trouble = undefined;
      } catch (error) {
        trouble = `hand-loaded metadata: ${messageOf(error)}`;
      }
    },
    states: () => {
      const states = [...seen].map(([name, { document }]) => {
        const { serviceProviders, warnings, problem } = document;
        return { name, serviceProviders, warnings, problem };
      });
      const store = { name: 'records', serviceProviders: [], warnings: [], problem: trouble };
      return trouble === undefined ? states : [...states, store];
    },
  };
}

/** By what it holds as well as by its name, which anybody can give to a federation's metadata. */
function isAdded([name, { document }]: readonly [string, Seen]): boolean {
  const [only, ...others] = document.serviceProviders;
  return only !== undefined && others.length === 0 && name === addedSourceName(only.entityId);
}

/**
 * Reads what stands under a name.
 * @returns undefined when it is gone meanwhile
 * @throws GakumonError `store-unavailable`
 */
async function refreshEntry(
  records: MetadataRecords,
  { name, revision }: MetadataEntry,
  previous: Seen | undefined,
  clock: Clock,
): Promise<Seen | undefined> {
  try {
    const found = await records.find(name);
    return found && { revision, document: await refreshLoaded(found, previous?.document, clock) };
  } catch (error) {
    if (isGakumonError(error) && error.code === 'store-unavailable') throw error;
    // Who only writes into the records adds nothing by it, and takes nothing away that is in force here.
    return { revision: undefined, document: failDocument(previous?.document, '', messageOf(error)) };
  }
}

function refreshLoaded(
  { name, xml }: LoadedMetadata,
  previous: DocumentState | undefined,
  clock: Clock,
): Promise<DocumentState> {
  // It may be sealed anew, and still be the same.
  const stamp = createHash('sha256').update(xml).digest('hex');
  const trust = { certificates: [], unsigned: true };
  return refreshDocument(previous, stamp, name, async () => acceptMetadata(xml, name, trust, clock()));
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
