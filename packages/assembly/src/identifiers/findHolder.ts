import type { Directory } from '@gakumon/directory';
import type { FoundIdentifier } from '@gakumon/idp';
import type { Username } from '@gakumon/terms';
import type { StoredSources } from '../people/readIdentification.ts';
import { listPeople } from './listPeople.ts';

export type HolderSearch = {
  /** In the order in which they are asked. */
  readonly directories: readonly Directory[];
  readonly sourcesOf: StoredSources;
  readonly signal?: AbortSignal | undefined;
};

/** Whose a stored identifier is now. */
export type Holder = { readonly username: Username; readonly directory: string };

/**
 * Finds whose a stored identifier is: whoever has the source value that it stands for. The login name beside it is that of
 * the day it was drawn. Of one that is over only the person of that name comes into question, since the value may be
 * somebody else's by now.
 * @returns undefined when nobody whom the directories know has it
 * @throws GakumonError `directory-unavailable`, `source-unavailable`; what `signal` was aborted with
 */
export async function findHolder(
  { username, standsFor, deactivatedAt }: Pick<FoundIdentifier, 'username' | 'standsFor' | 'deactivatedAt'>,
  { directories, sourcesOf, signal }: HolderSearch,
): Promise<Holder | undefined> {
  if (standsFor === undefined) return undefined;
  const isHolder = async (directory: Directory, name: Username): Promise<boolean | undefined> => {
    const person = await directory.find(name);
    return person && sourcesOf(person).includes(standsFor);
  };
  for (const directory of directories) {
    const holds = await isHolder(directory, username);
    if (holds) return { username, directory: directory.name };
    // Whoever has the name in a later directory never logs in
    if (holds === false) break;
  }
  if (deactivatedAt !== undefined) return undefined;
  for await (const one of listPeople(directories)) {
    signal?.throwIfAborted();
    if (await isHolder(one.directory, one.username)) return { username: one.username, directory: one.directory.name };
  }
  return undefined;
}
