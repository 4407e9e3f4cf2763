import type { Config } from '@gakumon/config';
import { expect, test } from '@jest/globals';
import { listProvided } from './listProvided.ts';

const person = { username: 'hanako', groups: [], attributes: { cn: ['Hanako'], uid: ['hanako'] }, hasTotp: false };
const file = { name: 'local', kind: 'file', file: 'users.yaml' };
const ldap = (only: boolean) => ({
  name: 'ldap',
  kind: 'ldap',
  ldap: { attributes: { only, names: { ja: 'cn;lang-ja' } } },
});
const provided = (directory: readonly object[], sources: readonly object[] = []) => {
  const found = listProvided({ directory, sources } as unknown as Config, [person]);
  return found && [...found].toSorted();
};

test('what people can have is known of files, and of directories and sources that give named attributes only', () => {
  expect(provided([file])).toEqual(['cn', 'uid']);
  expect(provided([{ ...file, affiliation: ['student'] }])).toEqual(['affiliation', 'cn', 'uid']);
  expect(provided([file, ldap(true)], [{ attributes: { phone: 'TEL' } }])).toEqual(['cn', 'ja', 'phone', 'uid']);
});

test('it is not known where a directory or a source gives whatever it has', () => {
  expect(provided([file, ldap(false)])).toBeUndefined();
  expect(provided([file, { name: 'guests', kind: 'guests' }])).toBeUndefined();
  expect(provided([file], [{ attributes: undefined }])).toBeUndefined();
});
