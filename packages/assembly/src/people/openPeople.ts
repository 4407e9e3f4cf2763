import type { Config, Environment } from '@gakumon/config';
import {
  createHashingQueue,
  type Directory,
  type FilePerson,
  type HashingQueue,
  type KnownDeparture,
  withAffiliation,
  withDepartures,
  withMatch,
} from '@gakumon/directory';
import type { SealingKeys } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import type { Clock, Username } from '@gakumon/terms';
import { openDirectory } from './openDirectory.ts';

/** Everybody who may log in, as their directories tell of them. */
export type People = {
  /** In the order in which they are asked. */
  readonly directories: readonly Directory[];
  readonly close: () => Promise<void>;
};

/** What the directories stand on. */
export type PeopleGround = {
  /** The people of each directory that is a file, by its name. */
  readonly documents: ReadonlyMap<string, () => readonly FilePerson[]>;
  readonly env: Environment;
  readonly clock: Clock;
  /** Where guests are; undefined: in no records, so that there are none. */
  readonly records: PeopleRecords | undefined;
  /** Who has left, by now. */
  readonly departureOf: (username: Username) => KnownDeparture | undefined;
};

/** The part of the records that is about people. */
export type PeopleRecords = { readonly sealed: SealedRecords; readonly keys: SealingKeys };

/** What one directory stands on. */
export type DirectoryGround = PeopleGround & { readonly queue: HashingQueue };

/** Opens every directory of the configuration. Nothing is asked of a server before somebody logs in. */
export async function openPeople({ directory }: Pick<Config, 'directory'>, ground: PeopleGround): Promise<People> {
  // One queue for all: together they must not take all memory or threads for hashing.
  const queue = createHashingQueue({ running: 2, waiting: 400 });
  const directories = await Promise.all(directory.map((one) => openOne(one, { ...ground, queue })));
  return {
    directories,
    close: async () => void (await Promise.allSettled(directories.map((one) => one.close?.()))),
  };
}

/**
 * What a person is grows from the inside to the outside: as the directory tells, as its entry in the configuration has it,
 * and at last, so that nothing is in front of it, whether the person has left.
 */
async function openOne(config: Config['directory'][number], ground: DirectoryGround): Promise<Directory> {
  const raw = await openDirectory(config, ground);
  const matching = withAffiliation(withMatch(raw, config.match), config.affiliation);
  return withDepartures(matching, ground.departureOf);
}
