import type { DepartureWatch, PeopleOfFiles, PeopleRecords } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { Directory } from '@gakumon/directory';
import type { Person, Username } from '@gakumon/terms';
import type { CliContext } from './context.ts';
import { type SealedAccess, withSealedRecords } from './withSealedRecords.ts';

/** Somebody, and the directory that knows them. */
export type FoundPerson = { readonly person: Person; readonly directory: Directory };

/** Everybody who may log in, as a login would see them now. */
export type OpenedPeople = {
  /** In the order in which they are asked. */
  readonly directories: readonly Directory[];
  /**
   * The first directory that knows somebody counts, as in a login.
   * @throws GakumonError `directory-unavailable`, `source-unavailable`, and of a directory that is a file
   *   `document-invalid`, `file-unreadable`: it is not known whether there is such a person
   */
  find(username: Username): Promise<FoundPerson | undefined>;
  /** What named somebody who has left, and may name nobody else. */
  readonly isBlocked: DepartureWatch['isBlocked'];
};

/** What to open people from. */
export type PeopleSources = {
  /** Undefined: nothing of the records counts, so that there are no guests, and nobody has left. */
  readonly records: (PeopleRecords & Pick<SealedAccess, 'departures'>) | undefined;
  /** The people of files; undefined: those in force on all nodes. */
  readonly documents?: PeopleOfFiles;
  /** Sources are asked about those whose account is closed too, and one that is away stands in `sourcesAway`, whatever it is. */
  readonly isExhaustive?: boolean;
};

/** Opens all directories of the configuration for as long as `work` takes, with what is in force on all nodes. */
export function withPeople<T>(
  config: Config,
  context: CliContext,
  work: (people: OpenedPeople) => Promise<T>,
): Promise<T> {
  return withSealedRecords(config, context, (records) => withPeopleOf(config, context, { records }, work));
}

/** The same over records that are open already. */
export async function withPeopleOf<T>(
  config: Config,
  { env, clock }: CliContext,
  { records, documents, isExhaustive }: PeopleSources,
  work: (people: OpenedPeople) => Promise<T>,
): Promise<T> {
  const { openPeople, readPeopleInForce, watchDepartures } = await import('@gakumon/assembly');
  const ofFiles = documents ?? (await readPeopleInForce(config, records));
  const watch = records && (await watchDepartures(records.departures, clock));
  const departureOf = watch?.departureOf ?? (() => undefined);
  const isBlocked = watch?.isBlocked ?? (() => false);
  const ground = { documents: ofFiles, env, clock, records, departureOf, isExhaustive };
  const { directories, close } = await openPeople(config, ground);
  try {
    return await work({ directories, find: (username) => findIn(directories, username), isBlocked });
  } finally {
    await close();
  }
}

async function findIn(directories: readonly Directory[], username: Username): Promise<FoundPerson | undefined> {
  for (const directory of directories) {
    const person = await directory.find(username);
    if (person !== undefined) return { person, directory };
  }
  return undefined;
}
