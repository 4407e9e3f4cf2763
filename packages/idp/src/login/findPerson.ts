import type { Directory, KnownVersion } from '@gakumon/directory';
import type { Person, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { directoriesFor } from './directoriesFor.ts';

/**
 * Asks the directories in order who this is, as they know it now. Whoever is known by another login name than this one is
 * somebody else, even where a directory finds them by it: by a mail address that was a login name once.
 * @param known what was proved with: where it is another password than a memory in between knows, the directory is asked anew
 * @throws GakumonError `directory-unavailable` of one that may know the name: a later one never speaks in its place (law 10)
 */
export async function findPerson(
  idp: Pick<Idp, 'directories'>,
  username: Username,
  known?: KnownVersion,
): Promise<Person | undefined> {
  const found = await findKnowing(directoriesFor(idp, username), username, known);
  return found?.person.username === username ? found.person : undefined;
}

/** Somebody, and the directory that knows them. */
export type Knowing = { readonly directory: Directory; readonly person: Person };

/** Whom the first directory that knows the name means by it: it alone may speak about them. */
export async function findKnowing(
  directories: readonly Directory[],
  username: Username,
  known?: KnownVersion,
): Promise<Knowing | undefined> {
  for (const directory of directories) {
    const person = await directory.find(username, known);
    if (person !== undefined) return { directory, person };
  }
  return undefined;
}
