import type { Directory, KnownVersion } from '@gakumon/directory';
import type { Person, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { directoriesFor } from './directoriesFor.ts';

/**
 * Asks the directories in order who this is, as they know it now.
 * @param known what was proved with: where it is another password than a memory in between knows, the directory is asked anew
 * @throws GakumonError `directory-unavailable` of one that may know the name: a later one never speaks in its place (law 10)
 */
export async function findPerson(
  idp: Pick<Idp, 'directories'>,
  username: Username,
  known?: KnownVersion,
): Promise<Person | undefined> {
  return (await findKnowing(directoriesFor(idp, username), username, known))?.person;
}

/** The same with the directory that knows the person: it alone may speak about them. */
export async function findKnowing(
  directories: readonly Directory[],
  username: Username,
  known?: KnownVersion,
): Promise<{ readonly directory: Directory; readonly person: Person } | undefined> {
  for (const directory of directories) {
    const person = await directory.find(username, known);
    if (person !== undefined) return { directory, person };
  }
  return undefined;
}
