import { documentRecords } from '../published/documentRecords.ts';
import type { DocumentPlan } from '../published/documentState.ts';
import type { PeopleRecords } from './openPeople.ts';

/**
 * A document as it is in force on all nodes now, for those who look beside running servers: what is published, or what
 * stands in the file where nothing is.
 * @param records undefined: as it stands in the file
 * @returns makes the value, once; throws GakumonError `document-invalid`, `file-unreadable`
 * @throws GakumonError `store-unavailable`
 */
export async function readInForce<T>(plan: DocumentPlan<T>, records: PeopleRecords | undefined): Promise<() => T> {
  const found = records && (await documentRecords(records.sealed, records.keys).find(plan.name));
  const text = found?.kind === 'version' ? () => found.version.text : await attempt(() => plan.read(plan.file));
  return once(() => plan.parse(text(), plan.file));
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
