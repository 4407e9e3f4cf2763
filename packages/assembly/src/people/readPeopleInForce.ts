import type { Config } from '@gakumon/config';
import type { FilePerson } from '@gakumon/directory';
import { listFileDirectories, peoplePlan } from '../published/documentPlans.ts';
import type { PeopleRecords } from './openPeople.ts';
import { readPublished } from './readInForce.ts';

/** The people of the directories that are files, by the name of the directory. */
export type PeopleOfFiles = ReadonlyMap<string, () => readonly FilePerson[]>;

/**
 * The people of every directory that is a file, as they are in force on all nodes now.
 * @param records undefined: as they stand in the files
 * @returns functions that throw GakumonError `document-invalid`, `file-unreadable`: what is wrong with one directory
 *   stops nobody who is in another
 * @throws GakumonError `store-unavailable`
 */
export async function readPeopleInForce(config: Config, records: PeopleRecords | undefined): Promise<PeopleOfFiles> {
  const read = await Promise.all(
    listFileDirectories(config).map(async (directory) => {
      const plan = peoplePlan(config, directory, () => {});
      return [directory.name, await readPublished(plan, records)] as const;
    }),
  );
  return new Map(read);
}
