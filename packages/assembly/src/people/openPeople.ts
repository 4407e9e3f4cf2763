import type { Config, Environment } from '@gakumon/config';
import { createHashingQueue, type Directory, type FilePerson } from '@gakumon/directory';
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
};

/** Opens every directory of the configuration. Nothing is asked of a server before somebody logs in. */
export async function openPeople({ directory }: Pick<Config, 'directory'>, ground: PeopleGround): Promise<People> {
  // One queue for all: together they must not take all memory or threads for hashing.
  const queue = createHashingQueue({ running: 2, waiting: 400 });
  const directories = await Promise.all(directory.map((one) => openDirectory(one, { ...ground, queue })));
  return {
    directories,
    close: async () => void (await Promise.allSettled(directories.map((one) => one.close?.()))),
  };
}
