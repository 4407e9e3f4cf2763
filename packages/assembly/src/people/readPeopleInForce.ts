import type { Config } from '@gakumon/config';
import type { FilePerson } from '@gakumon/directory';
import { listFileDirectories, peoplePlan } from '../published/documentPlans.ts';
import { type DocumentRecords, documentRecords } from '../published/documentRecords.ts';
import type { DocumentPlan } from '../published/documentState.ts';
import { hashOf } from '../published/documentVersion.ts';
import { describeDocument } from '../published/publishDocument.ts';
import type { PeopleRecords } from './openPeople.ts';

type People = readonly FilePerson[];

/** The people of the directories that are files, by the name of the directory. */
export type PeopleOfFiles = ReadonlyMap<string, () => People>;

/**
 * The people of every directory that is a file, as they are in force on all nodes now.
 * @param records undefined: as they stand in the files
 * @returns functions that throw GakumonError `document-invalid`, `file-unreadable`: what is wrong with one directory
 *   stops nobody who is in another
 * @throws GakumonError `store-unavailable`
 */
export async function readPeopleInForce(config: Config, records: PeopleRecords | undefined): Promise<PeopleOfFiles> {
  const published = records && documentRecords(records.sealed, records.keys);
  const isOneMachine = config.stores.records.kind !== 'postgres';
  const read = await Promise.all(
    listFileDirectories(config).map(async (directory) => {
      const plan = peoplePlan(config, directory, () => {});
      const other = published && (await publishedInstead(plan, published, isOneMachine));
      const text = other ?? (await attempt(() => plan.read(plan.file)));
      return [directory.name, once(() => plan.parse(typeof text === 'string' ? text : text(), plan.file))] as const;
    }),
  );
  return new Map(read);
}

/** What every node holds instead of this file; undefined: the file is in force, or will be at the next look of a server. */
async function publishedInstead(
  plan: DocumentPlan<People>,
  records: DocumentRecords,
  isOneMachine: boolean,
): Promise<string | undefined> {
  const found = await records.find(plan.name);
  if (found.kind !== 'version') return undefined;
  const text = await plan.read(plan.file).catch(() => undefined);
  if (text !== undefined && hashOf(text) === found.version.sha256) return undefined;
  const { standing } = await describeDocument(plan, records, isOneMachine);
  return standing === 'not published' ? undefined : found.version.text;
}

/** What went wrong is thrown when the outcome is asked for. */
async function attempt<T>(work: () => Promise<T>): Promise<T | (() => never)> {
  try {
    return await work();
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Every directory indexes one array once. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
