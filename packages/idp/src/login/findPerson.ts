import type { Directory } from '@gakumon/directory';
import type { Person, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { directoriesFor } from './directoriesFor.ts';

/**
 * Asks the directories in order who this is, as they know it now.
 * @throws GakumonError `directory-unavailable` of one that may know the name: a later one never speaks in its place (law 10)
 */
export async function findPerson(idp: Pick<Idp, 'directories'>, username: Username): Promise<Person | undefined> {
  return (await findKnowing(directoriesFor(idp, username), username))?.person;
}

/** The same with the directory that knows the person: it alone may speak about them. */
export async function findKnowing(
  directories: readonly Directory[],
  username: Username,
): Promise<{ readonly directory: Directory; readonly person: Person } | undefined> {
  for (const directory of directories) {
    const person = await directory.find(username);
    if (person !== undefined) return { directory, person };
  }
  return undefined;
}
