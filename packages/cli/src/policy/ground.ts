import { type Config, parsePeople, parsePolicy, readDocumentText } from '@gakumon/config';
import { createFileDirectory, type Directory } from '@gakumon/directory';
import { defaultPolicy, type StepUpPolicy } from '@gakumon/mfa';
import type { Person, Username } from '@gakumon/terms';
import { nobodyIsCalled } from '../isKnownPerson.ts';

/** Gives the text of a document: of its file, or what is in force instead. */
export type TextOf = (file: string) => Promise<string>;

/** A policy, and where it is from in words. */
export type FoundPolicy = { readonly policy: StepUpPolicy; readonly source: string };

/**
 * @param draft a file that is not in force, to try out
 * @throws GakumonError `document-invalid`, `file-unreadable`
 */
export async function readPolicy(
  { documents, file: configFile }: Pick<Config, 'documents' | 'file'>,
  textOf: TextOf,
  draft: string | undefined,
): Promise<FoundPolicy> {
  if (draft !== undefined) {
    return { policy: parsePolicy(await readDocumentText(draft), draft), source: `${draft} (a draft)` };
  }
  const file = documents.policy;
  if (file === undefined) {
    const source = `none: documents.policy is not in ${configFile}; a second factor only where a service asks for one`;
    return { policy: defaultPolicy, source };
  }
  return { policy: parsePolicy(await textOf(file), file), source: file };
}

/** The directories with the people of their documents. @throws GakumonError `document-invalid`, `file-unreadable` */
export function readDirectories(
  { directory }: Pick<Config, 'directory'>,
  textOf: TextOf,
): Promise<readonly Directory[]> {
  return Promise.all(
    directory.map(async ({ name, file }) => {
      const people = parsePeople(await textOf(file), file);
      return createFileDirectory(name, () => people);
    }),
  );
}

/** All groups that somebody is in. @throws GakumonError `document-invalid`, `file-unreadable` */
export async function listGroups(
  { directory }: Pick<Config, 'directory'>,
  textOf: TextOf,
): Promise<ReadonlySet<string>> {
  const people = await Promise.all(directory.map(async ({ file }) => parsePeople(await textOf(file), file)));
  return new Set(people.flat().flatMap(({ groups }) => groups));
}

/** The first directory that knows somebody counts. @throws GakumonError `person-not-found` */
export async function requirePerson(directories: readonly Directory[], username: Username): Promise<Person> {
  for (const directory of directories) {
    const person = await directory.find(username);
    if (person !== undefined) return person;
  }
  throw nobodyIsCalled(username);
}
