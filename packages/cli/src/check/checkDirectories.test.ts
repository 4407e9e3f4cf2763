import type { Directory } from '@gakumon/directory';
import { GakumonError, type Person, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { peopleRig, usersText } from '../departures/testing/peopleRig.ts';
import { readConfig } from '../withConfig.ts';
import { checkDirectories } from './checkDirectories.ts';
import { findDoubles } from './findDoubles.ts';

const now = Date.parse('2026-11-23T00:00Z');

/** A directory of these names, and how often it was asked for one, or for all. */
function directoryOf(name: string, usernames: readonly string[], isAway = false) {
  const asked = { find: 0, list: 0 };
  const refuse = () => {
    if (isAway) throw new GakumonError('directory-unavailable', { detail: `${name}: no answer` });
  };
  const directory: Directory = {
    name,
    async find(username) {
      asked.find += 1;
      refuse();
      return usernames.includes(username) ? ({ username, directory: name } as Person) : undefined;
    },
    verifyPassword: async () => ({ kind: 'rejected' }),
    async *listUsernames() {
      asked.list += 1;
      refuse();
      yield* usernames as readonly Username[];
    },
  };
  return { directory, asked };
}

const isNear = ({ name }: Directory) => name.startsWith('file');

describe('findDoubles', () => {
  test('names that two lists have, and no others', async () => {
    const [one, two] = [directoryOf('file 1', ['a', 'b', 'c']), directoryOf('file 2', ['c', 'd', 'a'])];
    const found = await findDoubles([one.directory, two.directory], { isNear });
    expect(found).toEqual({
      doubles: [
        { username: 'a', directories: ['file 1', 'file 2'] },
        { username: 'c', directories: ['file 1', 'file 2'] },
      ],
      unfinished: [],
    });
  });

  test('a few names are looked up at a server; it is not asked for all', async () => {
    const [server, file] = [directoryOf('ldap', ['a', 'x']), directoryOf('file', ['a', 'b'])];
    const { doubles } = await findDoubles([server.directory, file.directory], { isNear });
    expect(doubles).toEqual([{ username: 'a', directories: ['ldap', 'file'] }]);
    expect(server.asked).toEqual({ find: 2, list: 0 });
  });

  test('many names, or a second server: it is asked for all, up to a limit', async () => {
    const [one, two] = [directoryOf('ldap 1', ['a', 'b', 'c']), directoryOf('ldap 2', ['c'])];
    const both = [one.directory, two.directory];
    expect(await findDoubles(both, { isNear })).toMatchObject({ doubles: [{ username: 'c' }], unfinished: [] });
    expect(await findDoubles(both, { isNear, mostListed: 2 })).toEqual({ doubles: [], unfinished: ['ldap 1'] });
    const file = directoryOf('file', ['a', 'b']);
    await findDoubles([one.directory, file.directory], { isNear, mostLookUps: 1 });
    expect(one.asked).toEqual({ find: 0, list: 3 });
  });

  test('one that does not answer is no answer', async () => {
    const [server, file] = [directoryOf('ldap', [], true), directoryOf('file', ['a'])];
    await expect(findDoubles([server.directory, file.directory], { isNear })).rejects.toMatchObject({
      code: 'directory-unavailable',
    });
  });
});

describe('gakumon check', () => {
  test('tells of doubles, of names nobody asks for, of guests without a sponsor and of departures that end', async () => {
    const rig = await peopleRig(
      `
  - { name: staff, file: staff.yaml }
  - { name: local, file: users.yaml, match: [s*, f*] }
  - { name: guests, guests: true }`,
      now,
    );
    await rig.put('staff.yaml', usersText(['username: f1', 'username: t1']));
    await rig.put('users.yaml', usersText(['username: f1', 'username: s1', 'username: t1', 'username: x1']));
    expect((await rig.run('guest', 'add', 'g1', '--sponsor', 's1', '--until', '2027-03-31')).code).toBe(0);
    expect((await rig.run('user', 'leave', 's1', '--on', '2024-12-31')).code).toBe(0);
    const findings = await checkDirectories(await readConfig(rig.context), rig.context);
    expect(findings.map(({ level, message }) => `${level} ${message}`)).toEqual([
      'warn local: nobody asks it about t1, x1: its match is s*, f*',
      'fail staff and local both know f1: only staff is asked',
      'warn nobody answers for 1 guest any more: the sponsor has gone',
      'warn 1 person who has left is still in the directories, where the accounts open again from 2026-12-31 on',
    ]);
  });

  test('says nothing where all is well', async () => {
    const rig = await peopleRig('[{ name: staff, file: staff.yaml }, { name: local, file: users.yaml }]', now);
    await rig.put('staff.yaml', usersText(['username: f1']));
    await rig.put('users.yaml', usersText(['username: s1']));
    expect(await checkDirectories(await readConfig(rig.context), rig.context)).toEqual([]);
  });
});
