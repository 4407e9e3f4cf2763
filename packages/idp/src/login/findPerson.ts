import type { Person, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';

/** Asks the directories in order who this is, as they know it now. */
export async function findPerson(idp: Pick<Idp, 'directories'>, username: Username): Promise<Person | undefined> {
  for (const directory of idp.directories()) {
    const person = await directory.find(username);
    if (person !== undefined) return person;
  }
  return undefined;
}
