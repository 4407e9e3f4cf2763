import type { PeopleOfFiles } from '@gakumon/assembly';
import { type Config, parsePolicy, readDocumentText } from '@gakumon/config';
import { defaultPolicy, type StepUpPolicy } from '@gakumon/mfa';
import type { Person, Username } from '@gakumon/terms';
import { nobodyIsCalled } from '../isKnownPerson.ts';
import type { OpenedPeople } from '../withPeople.ts';

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

/** Whether somebody is in a group. */
export type KnownGroups = Pick<ReadonlySet<string>, 'has'>;

/**
 * All groups that somebody is in. Where a directory can't list its people any group may be one of theirs.
 * @throws GakumonError `document-invalid`, `file-unreadable`
 */
export function listGroups({ directory }: Pick<Config, 'directory'>, documents: PeopleOfFiles): KnownGroups {
  if (directory.some(({ kind }) => kind !== 'file')) return { has: () => true };
  return new Set([...documents.values()].flatMap((people) => people().flatMap(({ groups }) => groups)));
}

/** @throws GakumonError `person-not-found`, and as `find` */
export async function requirePerson({ find }: Pick<OpenedPeople, 'find'>, username: Username): Promise<Person> {
  const found = await find(username);
  if (found === undefined) throw nobodyIsCalled(username);
  return found.person;
}
