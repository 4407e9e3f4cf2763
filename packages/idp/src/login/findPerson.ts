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
  for (const directory of directoriesFor(idp, username)) {
    const person = await directory.find(username, known);
    if (person !== undefined) return person.username === username ? person : undefined;
  }
  return undefined;
}

/** Who is meant by a name: a login name, and the directory that alone may speak about it. */
export type Meant = { readonly directory: Directory; readonly username: Username };

/**
 * Whom the first directory that knows the name means by it. Strangers have this asked: nothing but the directory is, so that
 * no source of attributes tells them by its time, or by being away, who is known.
 * @throws GakumonError `directory-unavailable` as `findPerson`
 */
export async function findMeant(directories: readonly Directory[], name: Username): Promise<Meant | undefined> {
  for (const directory of directories) {
    const username = directory.lookUp ? await directory.lookUp(name) : (await directory.find(name))?.username;
    if (username !== undefined) return { directory, username };
  }
  return undefined;
}
