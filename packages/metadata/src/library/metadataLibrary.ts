import { type Clock, type EntityId, hours, reasonOf } from '@gakumon/terms';
import type { MetadataOrders, ServiceProviderUses, SourceRecords } from '../ports.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import type { ServiceProviderSummary, ServiceProviders } from '../serviceProviders.ts';
import type { MetadataSource } from '../sources/source.ts';
import { answerFrom } from './answerFrom.ts';
import { type Cache, openCache } from './copies/openCache.ts';
import { followOrders } from './followOrders.ts';
import { putInForce } from './inForce.ts';
import { chooseIntake } from './intake/chooseIntake.ts';
import { createIntakeQueue } from './intake/createIntakeQueue.ts';
import type { LookOptions } from './keepDocument.ts';
import type { OpenedCopy } from './openCopy.ts';
import { readRecords } from './readers/readRecords.ts';
import { readSource } from './readers/readSource.ts';
import type { SourcePart, SourceReader } from './readers/sourceReader.ts';
import type { Intake, IntakeProgress } from './refreshing.ts';
import { type SourceState, stateOf } from './sourceState.ts';
import { usedLately } from './usedLately.ts';

export type MetadataLibraryOptions = {
  /** The configured sources, the most trusted first. What was loaded by hand comes after all of them. */
  readonly sources: readonly MetadataSource[];
  /** The directory of the copies; undefined: a private one, which goes with this library. */
  readonly cache?: string | undefined;
  /** The HTTP proxy that leads to url and mdq sources, as `http://host:port`; undefined: the way is direct. */
  readonly proxy?: string | undefined;
  /** Where sources live that were loaded by hand; undefined is nowhere. */
  readonly records?: SourceRecords | undefined;
  /** What operators tell all nodes. */
  readonly orders?: MetadataOrders | undefined;
  /** Whom people use, for the guard. */
  readonly uses?: Pick<ServiceProviderUses, 'listSince'> | undefined;
  readonly ownEntityId: EntityId;
  readonly clock: Clock;
  readonly onProgress?: ((source: string, progress: IntakeProgress) => void) | undefined;
  /** How documents are taken in, if not in the usual way: small files here, the rest in a process of its own. */
  readonly intake?: Intake | undefined;
};

export type RefreshOptions = {
  /** Until the intakes that are due are over and in force. */
  readonly wait?: boolean | undefined;
  /** Ask no server for what is there already; for whoever only looks. */
  readonly missing?: boolean | undefined;
  /** Ask now, whatever the time. */
  readonly force?: boolean | undefined;
  /** The sources that `force` is about; all when not given. */
  readonly names?: readonly string[] | undefined;
};

export type RefreshReport = {
  /** Whether somebody else is in force now. */
  readonly changed: boolean;
  /** Everything that is odd now and was not at the last refresh, so that the log tells each thing once. */
  readonly warnings: readonly MetadataWarning[];
};

/** All metadata of service providers that this IdP knows. */
export interface MetadataLibrary {
  /** Keep it: it always answers from what is in force. */
  readonly serviceProviders: ServiceProviders;
  /** Brings what is stored into force, without the network and without verifying anything. Never rejects. */
  open(): Promise<void>;
  /**
   * Looks for changes; call it every second. Small files are taken in at once; other intakes that are due begin, and
   * come into force at a later call. Never rejects: what is broken is a warning, and the last good content of that source
   * stays in force. Called while it runs, it tells the same report.
   */
  refresh(options?: RefreshOptions): Promise<RefreshReport>;
  /** How each source stands, in their order. */
  sources(): readonly SourceState[];
  /** Everything that is odd now. */
  warnings(): readonly MetadataWarning[];
  /** Every word about an entity, the one that counts first; also what has expired. */
  listWords(entityId: string): readonly ServiceProviderSummary[];
  /** Stops what runs. What is stored stays. */
  close(): Promise<void>;
}

const sweepInterval = hours(1);

/** Makes the library; it is empty until `open()` or the first `refresh()`. */
export function createMetadataLibrary(options: MetadataLibraryOptions): MetadataLibrary {
  const { clock } = options;
  const stopping = new AbortController();
  const orders = followOrders(options.orders, clock);
  let cache: Cache | undefined;
  let readers: readonly SourceReader[] = [];
  let parts: readonly SourcePart[] = [];
  let inForce = putInForce([], options);
  let ordersProblem: string | undefined;
  let openingProblem: string | undefined;
  let marks: readonly unknown[] = [];
  let told: ReadonlySet<string> = new Set();
  let sweptAt: number | undefined;
  /** Out of force, but asked until what is in force is put together anew. */
  let retired: OpenedCopy[] = [];
  let opening: Promise<void> | undefined;
  let running: Promise<RefreshReport> | undefined;

  const answers = answerFrom(
    () => inForce,
    clock,
    (copy) => {
      for (const reader of readers) reader.suspect(copy);
    },
  );

  async function openOnce(): Promise<void> {
    cache = await openCache(options.cache);
    const room = {
      intake: createIntakeQueue(options.intake ?? chooseIntake),
      now: clock,
      proxy: options.proxy,
      signal: stopping.signal,
      onProgress: options.onProgress,
      listUsed: usedLately(options.uses, clock),
      isAccepted: orders.isAccepted,
      retire: (copy: OpenedCopy) => void retired.push(copy),
    };
    const shared = { cache, room };
    readers = options.sources.map((source) => readSource(source, shared));
    if (options.records !== undefined) readers = [...readers, readRecords(options.records, shared, clock)];
    for (const reader of readers) await reader.open();
    takeUp();
  }

  /** @returns whether somebody else is in force now */
  function takeUp(): boolean {
    const before = parts;
    parts = readers.flatMap((reader) => reader.parts());
    const changed = isOther(before, parts);
    if (changed) inForce = putInForce(parts, options);
    for (const copy of retired) copy.close();
    retired = [];
    return changed;
  }

  async function look(optionsOf: (source: string) => LookOptions): Promise<boolean> {
    await orders.refresh().then(
      () => {
        ordersProblem = undefined;
      },
      (error: unknown) => {
        ordersProblem = `orders of operators: ${reasonOf(error)}`;
      },
    );
    for (const reader of readers) await reader.look(optionsOf);
    return takeUp();
  }

  async function run({ wait, force, missing, names }: RefreshOptions): Promise<RefreshReport> {
    await open();
    const isMeant = (source: string): boolean => force === true && (names?.includes(source) ?? true);
    const orderOf = (source: string): LookOptions => ({
      orderedAt: orders.orderedAt(source),
      force: isMeant(source),
      missing,
    });
    let changed = await look(orderOf);
    if (wait === true) {
      for (const reader of readers) await reader.settled();
      changed = (await look((source) => ({ orderedAt: orders.orderedAt(source), missing }))) || changed;
    }
    await sweep();
    return { changed, warnings: listNew() };
  }

  async function sweep(): Promise<void> {
    const now = clock();
    if (cache === undefined || (sweptAt !== undefined && now - sweptAt < sweepInterval)) return;
    sweptAt = now;
    // What can't be taken away today goes another day.
    await cache.sweep(now).catch(() => undefined);
  }

  /** Of thousands of warnings nothing is made every second: as long as these are the same, so are they. */
  function marksOf(): readonly unknown[] {
    const ofParts = parts.flatMap(({ problem, mdq, documents }) => [
      problem?.message,
      mdq?.state().problem?.message,
      ...documents.flatMap((one) => [one.copy, one.problem?.message, one.state.held?.directory]),
    ]);
    return [
      inForce,
      openingProblem,
      cache?.warning,
      ordersProblem,
      answers.reads(),
      inForce.endings().length,
      ...ofParts,
    ];
  }

  function listNew(): readonly MetadataWarning[] {
    const next = marksOf();
    if (next.length === marks.length && next.every((one, at) => one === marks[at])) return [];
    marks = next;
    const all = warnings();
    const fresh = all.filter((warning) => !told.has(keyOf(warning)));
    told = new Set(all.map(keyOf));
    return fresh;
  }

  function warnings(): readonly MetadataWarning[] {
    const states = parts.map(stateOf);
    const problems = states.flatMap(({ name, problem }) =>
      problem === undefined ? [] : [{ source: name, entityId: undefined, message: problem }],
    );
    const own = [openingProblem, cache?.warning, ordersProblem].flatMap((message) =>
      message === undefined ? [] : [{ source: 'metadata', entityId: undefined, message }],
    );
    return [
      ...own,
      ...problems,
      ...states.flatMap((state) => state.warnings),
      ...inForce.warnings,
      ...inForce.endings(),
      ...answers.warnings(),
    ];
  }

  function open(): Promise<void> {
    opening ??= openOnce().then(
      () => {
        openingProblem = undefined;
      },
      (error: unknown) => {
        openingProblem = `the metadata cache: ${reasonOf(error)}`;
        opening = undefined;
      },
    );
    return opening;
  }

  function refresh(wanted: RefreshOptions = {}): Promise<RefreshReport> {
    const isPlain = Object.values(wanted).every((value) => value === undefined || value === false);
    if (running !== undefined && isPlain) return running;
    const mine = (running ?? Promise.resolve()).then(() => run(wanted));
    running = mine;
    return mine.finally(() => {
      if (running === mine) running = undefined;
    });
  }

  return {
    serviceProviders: {
      // Who asks while this process ends must not be told that a service is unknown.
      ask: async (entityId) =>
        stopping.signal.aborted ? { kind: 'undecided', why: 'this process is ending' } : answers.ask(entityId),
      find: answers.find,
      list: () => inForce.list(),
    },
    open,
    refresh,
    sources: () => parts.map(stateOf),
    warnings,
    listWords: (entityId) => answers.listWords(entityId),
    close: async () => {
      stopping.abort();
      await opening;
      for (const reader of readers) await reader.settled();
      for (const reader of readers) await reader.close();
      readers = [];
      takeUp();
      await cache?.close();
    },
  };
}

/** A copy is never edited, so that one that is the same object says the same. */
function isOther(before: readonly SourcePart[], after: readonly SourcePart[]): boolean {
  const [old, young] = [before, after].map((parts) =>
    parts.flatMap(({ source, documents, mdq }) => [source.name, mdq, ...documents.map(({ copy }) => copy)]),
  );
  return old?.length !== young?.length || (old ?? []).some((one, at) => one !== young?.[at]);
}

function keyOf({ source, entityId, message }: MetadataWarning): string {
  return JSON.stringify([source, entityId, message]);
}
