import { type Clock, hours, isGakumonError, minutes, reasonOf } from '@gakumon/terms';
import type { LoadedSource, MetadataEntry, SourceRecords } from '../../ports.ts';
import { noFilter } from '../../trust/filter.ts';
import { addedSourceName } from '../addedSourceName.ts';
import { hintFor, type SourceProblem } from '../copies/slotState.ts';
import { originOfRecord, sourceOfRecord } from './originOfRecord.ts';
import { type ReadingRoom, readOneDocument } from './readDocument.ts';
import { readSource } from './readSource.ts';
import type { SourcePart, SourceReader } from './sourceReader.ts';

/** One name, as it was last seen. */
type Seen = {
  /** Undefined: it could not be opened, and is tried again. */
  readonly revision: string | undefined;
  readonly loaded: LoadedSource | undefined;
  readonly reader: SourceReader | undefined;
  /** What was read by the definition before; it serves until the new one has something to say. */
  readonly former: SourceReader | undefined;
  readonly problem: SourceProblem | undefined;
};

/** However quiet the records are, they are looked at: after a fail-over another change may have the same generation. */
const longestQuiet = minutes(1);

/** Whoever damages a row by other means leaves its revision as it was: so often each is opened again all the same. */
const longestTrust = hours(1);

/**
 * Makes the reader of the sources that operators loaded by hand, one for each name, in the order of the names, those
 * that `addServiceProvider` made last: what somebody typed never counts before what a service says of itself. Asking
 * costs one query for the generation; a row is opened only when its own revision has changed. Rows that went take their
 * source along; damaged ones, and records that are away, take away nothing that is in force.
 */
export function readRecords(records: SourceRecords, shared: ReadingRoom, clock: Clock): SourceReader {
  let seen: ReadonlyMap<string, Seen> = new Map();
  /** Also of names that are gone for now: who puts an old row back may take the new one away first. */
  const newest = new Map<string, number>();
  let lastLook = '';
  let lastOpening: number | undefined;
  let trouble: SourceProblem | undefined;

  async function list(): Promise<void> {
    // The generation before the list: what is saved in between raises it, and is read next time.
    const look = `${await records.generation()} ${Math.floor(clock() / longestQuiet)}`;
    if (look === lastLook) return;
    const opening = Math.floor(clock() / longestTrust);
    const next = new Map<string, Seen>();
    for (const entry of await records.list()) {
      const previous = seen.get(entry.name);
      const isSame = opening === lastOpening && previous?.revision === entry.revision;
      const found = isSame ? previous : await openEntry(entry, previous);
      if (found !== undefined) next.set(entry.name, found);
    }
    await closeOthers(seen, next);
    seen = next;
    lastLook = look;
    lastOpening = opening;
  }

  /** @returns undefined when it is gone meanwhile */
  async function openEntry({ name, revision }: MetadataEntry, previous: Seen | undefined): Promise<Seen | undefined> {
    try {
      const loaded = await records.find(name);
      if (loaded === undefined) return undefined;
      newest.set(name, Math.max(loaded.loadedAt, newest.get(name) ?? 0));
      const isSame = JSON.stringify(loaded) === JSON.stringify(previous?.loaded);
      if (isSame && previous?.revision === revision) return { ...previous, problem: undefined };
      const reader = makeReader(loaded);
      await reader.open();
      const former = hasWord(reader) ? undefined : previous?.reader;
      return { revision, loaded, reader, former, problem: undefined };
    } catch (error) {
      if (isGakumonError(error) && error.code === 'store-unavailable') throw error;
      // Who only writes into the records adds nothing by it, and takes nothing away that is in force here.
      const problem = { message: reasonOf(error), hint: hintFor(error) };
      return { loaded: undefined, reader: undefined, former: undefined, ...previous, revision: undefined, problem };
    }
  }

  function makeReader(loaded: LoadedSource): SourceReader {
    const { name, content, loadedAt } = loaded;
    if (content.kind === 'source') return readSource({ ...content.source, name }, shared, loadedAt);
    const source = sourceOfRecord(name, content);
    const reader = readOneDocument(source, originOfRecord(records, loaded, content), shared, loadedAt);
    return { ...reader, parts: () => reader.parts().map((part) => ({ ...part, isRecord: 'loaded' as const })) };
  }

  const readers = (): readonly SourceReader[] => [...seen.values()].flatMap(({ reader }) => reader ?? []);
  async function refreshList(): Promise<void> {
    try {
      await list();
      trouble = undefined;
    } catch (error) {
      trouble = { message: `hand-loaded metadata: ${reasonOf(error)}` };
    }
  }

  return {
    open: refreshList,
    look: async (optionsOf) => {
      await refreshList();
      for (const reader of readers()) await reader.look(optionsOf);
      seen = await dropFormer(seen);
    },
    settled: async () => {
      for (const reader of readers()) await reader.settled();
    },
    suspect: (copy) => {
      for (const reader of readers()) reader.suspect(copy);
    },
    parts: () => [
      ...partsOf(seen).map((part) => ({ ...part, oddity: tellOlder(part, newest.get(part.source.name)) })),
      ...(trouble === undefined ? [] : [{ ...emptyPart('records', trouble, undefined), isRecord: 'records' as const }]),
    ],
    close: async () => {
      for (const { reader, former } of seen.values()) {
        await former?.close();
        await reader?.close();
      }
    },
  };
}

async function closeOthers(before: ReadonlyMap<string, Seen>, after: ReadonlyMap<string, Seen>): Promise<void> {
  const kept = new Set([...after.values()].flatMap(({ reader, former }) => [reader, former]));
  for (const { reader, former } of before.values()) {
    for (const one of [reader, former]) if (!kept.has(one)) await one?.close();
  }
}

const hasWord = (reader: SourceReader): boolean =>
  reader.parts().some(({ documents, mdq }) => mdq !== undefined || documents.some(({ copy }) => copy !== undefined));

const isBusy = (reader: SourceReader): boolean =>
  reader.parts().some(({ documents }) => documents.some((document) => document.isBusy));

/** Without those whose successor has something to say, or has failed. */
async function dropFormer(seen: ReadonlyMap<string, Seen>): Promise<ReadonlyMap<string, Seen>> {
  const next = new Map<string, Seen>();
  for (const [name, one] of seen) {
    const isOver = one.reader === undefined || hasWord(one.reader) || !isBusy(one.reader);
    if (isOver) await one.former?.close();
    next.set(name, isOver ? { ...one, former: undefined } : one);
  }
  return next;
}

function partsOf(seen: ReadonlyMap<string, Seen>): readonly SourcePart[] {
  const parts = [...seen]
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .flatMap(([name, { reader: newest, former, problem, loaded }]) => {
      const reader = newest !== undefined && !hasWord(newest) && former !== undefined ? former : newest;
      const own = reader?.parts() ?? [{ ...emptyPart(name, problem, loaded?.loadedAt), isRecord: 'loaded' as const }];
      return problem === undefined ? own : own.map((part) => ({ ...part, problem }));
    });
  return parts.sort((one, other) => Number(isAdded(one)) - Number(isAdded(other)));
}

/** A row that was sealed once opens for ever, so whoever writes into the records can put an old one back. */
function tellOlder({ loadedAt }: SourcePart, newest: number | undefined): string | undefined {
  if (loadedAt === undefined || newest === undefined || loadedAt >= newest) return undefined;
  const [old, young] = [loadedAt, newest].map((at) => new Date(at).toISOString());
  return `what was loaded at ${old} counts again, in place of what was loaded at ${young}: was a backup restored?`;
}

/** By what it holds as well as by its name, which anybody can give to a federation's metadata. */
function isAdded({ source, documents }: SourcePart): boolean {
  const [only, ...others] = documents.flatMap(({ copy }) => copy?.index.entities ?? []);
  return only !== undefined && others.length === 0 && source.name === addedSourceName(only.entityId);
}

function emptyPart(name: string, problem: SourceProblem | undefined, loadedAt: number | undefined): SourcePart {
  const nothing = { kind: 'document', sha256: '', size: 0, pieces: 0, filter: noFilter, mayAssert: [] } as const;
  return { source: sourceOfRecord(name, nothing), documents: [], mdq: undefined, problem, loadedAt };
}
