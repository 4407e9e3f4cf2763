import type { Clock, EntityId } from '@gakumon/terms';
import type { MetadataRecords } from '../ports.ts';
import type { MetadataWarning } from '../reading/warnings.ts';
import { createServiceProviders, type ServiceProviders } from '../serviceProviders.ts';
import { createFileSource, type FileSource } from './fileSource.ts';
import { createLoadedSource } from './loadedSource.ts';
import type { SourceReader, SourceState } from './sourceReader.ts';

export type MetadataLibraryOptions = {
  /** The configured sources, the most trusted first. Hand-loaded metadata comes after all of them. */
  readonly sources: readonly FileSource[];
  /** Where hand-loaded metadata lives; undefined is nowhere. */
  readonly records?: MetadataRecords | undefined;
  readonly ownEntityId: EntityId;
  readonly clock: Clock;
};

export type RefreshReport = {
  /** Whether the index was replaced. */
  readonly changed: boolean;
  /** Everything that is odd now and was not at the last refresh, so that the log tells each thing once. */
  readonly warnings: readonly MetadataWarning[];
};

/** All metadata of service providers that this IdP knows. */
export interface MetadataLibrary {
  /** Keep it: it always answers from the newest index. */
  readonly serviceProviders: ServiceProviders;
  /**
   * Looks for changes; call it once before anything is asked, and then every second. Never rejects: what is broken is a
   * warning, and the last good content of that source stays in force. Called while it runs, it tells the same report.
   */
  refresh(): Promise<RefreshReport>;
  /** How each source stands, in their order. */
  sources(): readonly SourceState[];
  /** Everything that is odd now. */
  warnings(): readonly MetadataWarning[];
}

/** Makes the library; it is empty until its first `refresh()`. */
export function createMetadataLibrary(options: MetadataLibraryOptions): MetadataLibrary {
  const readers: readonly SourceReader[] = [
    ...options.sources.map((source) => createFileSource(source, options.clock)),
    ...(options.records === undefined ? [] : [createLoadedSource(options.records, options.clock)]),
  ];
  let states: readonly SourceState[] = [];
  let index = createServiceProviders([], options);
  let running: Promise<RefreshReport> | undefined;

  async function run(): Promise<RefreshReport> {
    const known = new Set(listWarnings(states, index.warnings).map(keyOf));
    for (const reader of readers) await reader.refresh();
    const next = readers.flatMap((reader) => reader.states());
    const changed = isChanged(states, next);
    states = next;
    if (changed) index = createServiceProviders(states, options);
    return { changed, warnings: listWarnings(states, index.warnings).filter((warning) => !known.has(keyOf(warning))) };
  }

  return {
    serviceProviders: { find: (entityId) => index.find(entityId), list: () => index.list() },
    refresh: () => {
      running ??= run().finally(() => {
        running = undefined;
      });
      return running;
    },
    sources: () => states,
    warnings: () => listWarnings(states, index.warnings),
  };
}

/** A service provider is never edited, so that one that is the same object says the same. */
function isChanged(before: readonly SourceState[], after: readonly SourceState[]): boolean {
  const old = before.flatMap(({ serviceProviders }) => serviceProviders);
  const young = after.flatMap(({ serviceProviders }) => serviceProviders);
  return old.length !== young.length || old.some((serviceProvider, at) => serviceProvider !== young[at]);
}

function listWarnings(states: readonly SourceState[], ofIndex: readonly MetadataWarning[]): readonly MetadataWarning[] {
  const problems = states.flatMap(({ name, problem }) =>
    problem === undefined ? [] : [{ source: name, entityId: undefined, message: problem }],
  );
  return [...problems, ...states.flatMap(({ warnings }) => warnings), ...ofIndex];
}

function keyOf({ source, entityId, message }: MetadataWarning): string {
  return JSON.stringify([source, entityId, message]);
}
