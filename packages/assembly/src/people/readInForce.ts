import { type DocumentRecords, documentRecords } from '../published/documentRecords.ts';
import type { DocumentPlan } from '../published/documentState.ts';
import { hashOf } from '../published/documentVersion.ts';
import { describeDocument } from '../published/publishDocument.ts';
import type { PeopleRecords } from './openPeople.ts';

/**
 * A document as it is in force on all nodes now, for those who look beside running servers.
 * @param records undefined: as it stands in the file
 * @param isOneMachine the records belong to one machine
 * @returns makes the value, once; throws GakumonError `document-invalid`, `file-unreadable`
 * @throws GakumonError `store-unavailable`
 */
export async function readInForce<T>(
  plan: DocumentPlan<T>,
  records: PeopleRecords | undefined,
  isOneMachine: boolean,
): Promise<() => T> {
  const published = records && documentRecords(records.sealed, records.keys);
  const other = published && (await publishedInstead(plan, published, isOneMachine));
  const text = other === undefined ? await attempt(() => plan.read(plan.file)) : () => other;
  return once(() => plan.parse(text(), plan.file));
}

/**
 * The same, where what is published counts even if the file was edited since: as running servers have it at this moment.
 * @throws GakumonError `store-unavailable`
 */
export async function readPublished<T>(plan: DocumentPlan<T>, records: PeopleRecords | undefined): Promise<() => T> {
  const found = records && (await documentRecords(records.sealed, records.keys).find(plan.name));
  const text = found?.kind === 'version' ? () => found.version.text : await attempt(() => plan.read(plan.file));
  return once(() => plan.parse(text(), plan.file));
}

/** What every node holds instead of this file; undefined: the file is in force, or will be at the next look of a server. */
async function publishedInstead(
  plan: DocumentPlan<unknown>,
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
async function attempt<T>(work: () => Promise<T>): Promise<() => T> {
  try {
    const done = await work();
    return () => done;
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
