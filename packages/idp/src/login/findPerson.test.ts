import { createFileDirectory, type Directory } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { findPerson } from './findPerson.ts';

const name = (text: string): Username => text as Username;
const passwordHash = `$scrypt$ln=10,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** A directory that finds its one person by a mail address too, as a filter of two attributes does. */
function directoryOf(username: string, mail: string): Directory {
  const person = { username, passwordHash, groups: [], totpSecret: undefined, attributes: {} };
  const directory = createFileDirectory('students', () => [person]);
  return { ...directory, find: (typed) => directory.find(typed === mail ? name(username) : typed) };
}

test('attack: who writes a login name that has gone into their mail field does not go on with its sessions', async () => {
  const idp = { directories: () => [directoryOf('s1234567', 's7654321')] };
  expect(await findPerson(idp, name('s7654321'))).toBeUndefined();
  expect((await findPerson(idp, name('s1234567')))?.username).toBe('s1234567');
});
