import type { Config, DirectoryConfig, Environment } from '@gakumon/config';
import {
  createHashingQueue,
  type Directory,
  type FilePerson,
  type HashingQueue,
  type KnownDeparture,
  withAffiliation,
  withDepartures,
  withFreshness,
  withMatch,
  withSources,
} from '@gakumon/directory';
import type { SealingKeys } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import type { Clock, Username } from '@gakumon/terms';
import type { Report } from '../notice.ts';
import { openDirectory } from './openDirectory.ts';
import { beginReadingTables, type OpenSources, openSources } from './openSources.ts';

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
  /** Sources are asked about everybody, and none that is away stops anybody: for those who leave, never for a login. */
  readonly isExhaustive?: boolean | undefined;
  /** Left out: nobody reads what is told of sources that go and come. */
  readonly report?: Report;
};

/** The part of the records that is about people. */
export type PeopleRecords = { readonly sealed: SealedRecords; readonly keys: SealingKeys };

/** What one directory stands on. */
export type DirectoryGround = PeopleGround & { readonly queue: HashingQueue; readonly sources: OpenSources };

type PeopleConfig = Pick<Config, 'directory' | 'sources' | 'freshness'>;

/**
 * Opens every directory of the configuration. Nothing is asked of a server before somebody logs in; tables begin to be read.
 * @throws GakumonError of their secrets and certificates `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function openPeople(config: PeopleConfig, ground: PeopleGround): Promise<People> {
  // One queue for all: together they must not take all memory or threads for hashing.
  const queue = createHashingQueue({ running: 2, waiting: 400 });
  const sources = await openSources(config.sources, ground.env, reportOf(ground));
  // A node; a command ends before long
  if (ground.report !== undefined) beginReadingTables(config.sources, sources);
  const open = (one: DirectoryConfig) => openOne(one, config, { ...ground, queue, sources });
  const directories = await Promise.all(config.directory.map(open));
  return {
    directories,
    close: async () => {
      await Promise.allSettled([...directories.map((one) => one.close?.()), sources.close()]);
    },
  };
}

/**
 * What a person is grows from the inside to the outside: as the directory tells, what other sources know, as its entry in
 * the configuration has it; all of that for a few minutes from memory; and at last, so that nothing is in front of it,
 * whether the person has left.
 */
async function openOne(config: DirectoryConfig, people: PeopleConfig, ground: DirectoryGround): Promise<Directory> {
  const raw = withMatch(await openDirectory(config, ground), config.match);
  const known = withSources(raw, ground.sources.used, ground);
  const entire = withAffiliation(known, config.affiliation, people.sources);
  // Files and records of our own are at hand anyway, and tell at once
  const isFar = config.kind === 'ldap' || known !== raw;
  const options = { ...people.freshness, clock: ground.clock, report: reportOf(ground) };
  return withDepartures(isFar ? withFreshness(entire, options) : entire, ground.departureOf);
}

const reportOf = ({ report }: PeopleGround): Report => report ?? (() => {});
