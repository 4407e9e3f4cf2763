import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Username } from '@gakumon/terms';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { readConfig } from '../withConfig.ts';
import { withPeople } from '../withPeople.ts';
import { readLeavers } from './readLeavers.ts';
import { type PeopleRig, peopleRig, usersText } from './testing/peopleRig.ts';

const november = Date.parse('2026-11-23T00:00Z');
/** The end of 31 March 2027 in Japan. */
const endOfMarch = Date.parse('2027-03-31T15:00Z');
const defaults = { at: november, as: 'gone' } as const;

describe('a list of those who leave', () => {
  const read = (text: string) => readLeavers(text, defaults, november);

  test('is one name a line', () => {
    expect(read('\uFEFFs1\r\n\r\n# who is not here\r\n S2 \nｓ３')).toEqual({
      leavers: [
        { line: 1, username: 's1', ...defaults },
        { line: 4, username: 's2', ...defaults },
        { line: 5, username: 's3', ...defaults },
      ],
      mistakes: [],
    });
  });

  test('or a table, in any order of columns; a day counts whole', () => {
    const { leavers, mistakes } = read('As,Username,On\nalumni,"s1",2027-03-31\n,s2,2027-03-31T12:00Z\n,s3,,\n');
    expect(mistakes).toEqual([]);
    expect(leavers.map(({ username, at, as }) => [username, at, as])).toEqual([
      ['s1', endOfMarch, 'alumni'],
      ['s2', Date.parse('2027-03-31T12:00Z'), 'gone'],
      ['s3', november, 'gone'],
    ]);
  });

  test.each([
    ['username,when\ns1,2027-03-31', [[1, /unknown column "when"/]]],
    ['username,on,on\ns1', [[1, /twice/]]],
    [
      'username,on,as\ns1,2027-02-30,away\ns1',
      [
        [2, /2027-02-30/],
        [2, /away/],
        [3, /line 2 already/],
      ],
    ],
    ['s1,s2', [[1, /more than a name/]]],
    ['氏名,学籍番号', [[1, /first line of a table must be username,on,as/]]],
    [
      'username,on\ns1,2020-03-31\ns2,2207-03-31',
      [
        [2, /two years ago/],
        [3, /two years ahead/],
      ],
    ],
    [
      'a b\n\u0000',
      [
        [1, /no user name/],
        [2, /no user name/],
      ],
    ],
  ] as const)('the mistakes of %j are all told with their lines', (text, expected) => {
    const { mistakes } = read(text);
    expect(mistakes).toEqual(expected.map(([line, message]) => ({ line, message: expect.stringMatching(message) })));
  });
});

describe('gakumon user leave and return', () => {
  let rig: PeopleRig;
  beforeAll(async () => {
    rig = await peopleRig('[{ name: local, file: users.yaml }, { name: guests, guests: true }]', november);
    const people = ['s1', 's2', 's3', 'f1'].map((name) => `username: ${name}, attributes: { affiliation: student }`);
    await rig.put('users.yaml', usersText(people));
  });
  const find = async (username: string) => {
    const found = await withPeople(await readConfig(rig.context), rig.context, (people) =>
      people.find(username as Username),
    );
    return found?.person;
  };

  test('nothing is written when one name is unknown, and every one of them is told', async () => {
    await rig.put('leave.csv', 'username,on,as\ns1,,\nx1,,\ns2,,\nx2,,gona\n');
    const said = await rig.run('user', 'leave', '--file', 'leave.csv');
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.err.join('\n')).toMatch(/leave.csv:3: nobody is called x1.*\nleave.csv:5: as "gona"/);
    expect((await find('s1'))?.account).toEqual({});
    expect(await rig.run('user', 'leave', 's1', 'x1', '--dry-run', '--ignore-unknown')).toMatchObject({
      code: 0,
      out: expect.stringMatching(/1 gone, 0 alumni[\s\S]*left out: 1 name[\s\S]*nothing was written/),
    });
    expect((await find('s1'))?.account).toEqual({});
  });

  test('31 March comes by itself: open to its last moment, and then closed, or an alumnus', async () => {
    await rig.put('leave.csv', 'username,as\ns1,gone\ns2,alumni\n');
    expect(await rig.run('user', 'leave', '--file', 'leave.csv', '--on', '2027-03-31')).toMatchObject({ code: 0 });
    rig.clock.now = endOfMarch - 1;
    expect((await find('s1'))?.account).toEqual({});
    expect((await find('s2'))?.attributes.affiliation).toEqual(['student']);
    rig.clock.now = endOfMarch;
    expect((await find('s1'))?.account).toEqual({ closed: { reason: 'left', at: endOfMarch } });
    expect(await find('s2')).toMatchObject({ account: {}, attributes: { affiliation: ['alum'] } });
    const shown = JSON.parse((await rig.run('user', 'show', 's1', '--json')).out);
    expect(shown).toMatchObject({
      account: { state: 'left', at: '2027-03-31T15:00:00.000Z' },
      departure: { as: 'gone', blockedUntil: '2029-03-31T15:00:00.000Z' },
    });
    rig.clock.now = november;
  });

  test('a list that is run again writes nothing twice, and tells what it moves', async () => {
    const kinds = async () => JSON.parse((await rig.run('user', 'history', 's2', '--json')).out).length;
    await rig.run('user', 'leave', 's2', '--as', 'alumni', '--on', '2027-03-31');
    const written = await kinds();
    const again = await rig.run('user', 'leave', 's2', '--as', 'alumni', '--on', '2027-03-31');
    expect(again).toMatchObject({ code: 0, out: expect.stringContaining('already listed, and left as they are: s2') });
    expect(await kinds()).toBe(written);
    const moved = await rig.run('user', 'leave', 's2', '--as', 'alumni', '--on', '2027-04-30');
    expect(moved.out).toMatch(/\n {2}s2 .*the end of 2027-04-30; moved from the end of 2027-03-31/);
    expect(await kinds()).toBe(written + 1);
    expect((await rig.run('user', 'history', 's2')).out).toContain('will leave: alumni at');
  });

  test('a departure is taken back once, and both stand in the history', async () => {
    expect((await rig.run('user', 'leave', 's3')).code).toBe(0);
    expect((await find('s3'))?.account.closed?.reason).toBe('left');
    expect(await rig.run('user', 'return', 'S3')).toMatchObject({ code: 0 });
    expect((await find('s3'))?.account).toEqual({});
    expect(await rig.run('user', 'return', 's3')).toMatchObject({ code: 1 });
    const history = JSON.parse((await rig.run('user', 'history', 's3', '--json')).out);
    expect(history.map(({ kind }: { kind: string }) => kind).toSorted()).toEqual(['departed', 'returned']);
  });

  test('attack: what sources know them by is kept from others, whose account is closed already, and never left out in silence', async () => {
    const rig = await peopleRig('[{ name: local, file: users.yaml }]', november);
    const config = await readFile(join(rig.context.cwd, 'gakumon.yaml'), 'utf8');
    const source = (whenAway: string) =>
      `sources: [{ name: hr, whenAway: ${whenAway}, attributes: [eduPersonUniqueId], csv: { file: hr.csv, keyColumn: id } }]`;
    await rig.put('users.yaml', usersText(['username: s1', 'username: s2, expires: 2026-11-01', 'username: s3']));
    await rig.put('hr.csv', 'id,eduPersonUniqueId\ns1,u1@example.ac.jp\ns2,u2@example.ac.jp\n');
    await rig.put('gakumon.yaml', `${config}\n${source('without')}`);
    const counted = async (...args: string[]) => {
      const { out } = await rig.run('user', 'leave', ...args, '--json');
      return JSON.parse(out).people.map(({ user, identifiers }: Record<string, unknown>) => [user, identifiers]);
    };
    const known = Object.fromEntries(await counted('s1', 's2', 's3', '--dry-run'));
    expect(known).toEqual({ s1: known.s3 + 1, s2: known.s3 + 1, s3: expect.any(Number) });
    expect((await rig.run('user', 'leave', 's3', '--dry-run')).out).toContain(`${known.s3} identifiers`);

    await rm(join(rig.context.cwd, 'hr.csv'));
    for (const whenAway of ['without', 'refuse']) {
      await rig.put('gakumon.yaml', `${config}\n${source(whenAway)}`);
      const said = await rig.run('user', 'leave', 's1', 's2');
      expect(said).toMatchObject({ code: 1, out: '' });
      expect(said.err.join('\n')).toMatch(
        /name:1: what hr knows s1 by.*\nname:2: what hr knows s2 by.*--without-sources/,
      );
      expect(await counted('s1', '--without-sources', '--dry-run')).toEqual([['s1', known.s3]]);
    }
  });

  test('the guests of somebody who leaves are named', async () => {
    // A student
    const refused = await rig.run('guest', 'add', 'g1', '--sponsor', 'f1', '--until', '2027-03-31');
    expect(refused).toMatchObject({ code: 1, err: expect.arrayContaining([expect.stringMatching(/f1 is student/)]) });
    expect(
      (await rig.run('guest', 'add', 'g1', '--sponsor', 'f1', '--until', '2027-03-31', '--any-sponsor')).code,
    ).toBe(0);
    const said = await rig.run('user', 'leave', 'f1');
    expect(said.err.join('\n')).toMatch(/answer for 1 guest: g1/);
    expect((await rig.run('guest', 'list')).out).toMatch(/g1 .* f1 .*the sponsor has gone/);
    expect((await rig.run('user', 'return', 'f1')).code).toBe(0);
  });
});

describe('gakumon guest', () => {
  let rig: PeopleRig;
  beforeAll(async () => {
    const directory = '[{ name: local, file: users.yaml }, { name: guests, guests: true, match: [g*] }]';
    rig = await peopleRig(directory, november);
    await rig.put('users.yaml', usersText(['username: f1', 'username: gone, disabled: true', 'username: g9']));
  });
  const add = (name: string, ...more: string[]) =>
    rig.run('guest', 'add', name, '--sponsor', 'f1', '--until', '2027-03-31', ...more);

  test.each([
    [['g9'], /directory local knows g9 already/],
    [['x1'], /names like g\* only/],
    [['g1', '--sponsor', 'nobody'], /nobody is called nobody/],
    [['g1', '--sponsor', 'gone'], /account of gone is closed/],
    [['g1', '--sponsor', 'g1'], /nobody answers for themselves/],
    [['g1', '--until', '2028-01-01'], /a year at most/],
    [['g1', '--until', '2026-11-22'], /over already/],
  ] as const)('add %j is refused, and nobody is added', async ([name, ...more], reason) => {
    const said = await add(name, ...more);
    expect(said).toMatchObject({ code: 1, out: '' });
    expect(said.err.join('\n')).toMatch(reason);
    expect((await rig.run('guest', 'list')).out).toBe('no guests');
  });

  test('a guest comes with a password that is shown once, stays until the last day, and leaves the name behind', async () => {
    const added = JSON.parse((await add('g1', '--name', 'Taro', '--group', 'visitors', '--json')).out);
    expect(added).toMatchObject({ user: 'g1', until: '2027-03-31T15:00:00.000Z', mustChangePassword: true });
    expect(added.password).toMatch(/^([a-z2-9]{4}-){3}[a-z2-9]{4}$/);
    const config = await readConfig(rig.context);
    const check = (password: string) =>
      withPeople(config, rig.context, async ({ directories }) =>
        directories.find(({ name }) => name === 'guests')?.verifyPassword('g1' as Username, password),
      );
    expect(await check(added.password)).toMatchObject({
      kind: 'accepted',
      person: {
        groups: ['visitors'],
        attributes: { displayName: ['Taro'] },
        account: { password: { kind: 'must-change' } },
      },
    });
    expect((await add('g1')).err.join()).toMatch(/knows g1 already/);

    const { password } = JSON.parse((await rig.run('guest', 'password', 'g1', '--json')).out);
    expect([(await check(added.password))?.kind, (await check(password))?.kind]).toEqual(['rejected', 'accepted']);

    rig.clock.now = Date.parse('2027-03-31T15:00Z');
    expect(await check(password)).toMatchObject({ person: { account: { closed: { reason: 'expired' } } } });
    expect((await rig.run('guest', 'list', '--expired')).out).toMatch(/^g1 .*over/m);
    expect((await rig.run('guest', 'extend', 'g1', '--until', '2027-09-30')).code).toBe(0);
    const extended = await check(password);
    expect(extended?.kind === 'accepted' && extended.person.account.closed).toBeUndefined();

    expect((await rig.run('guest', 'remove', 'g1')).code).toBe(0);
    expect((await check(password))?.kind).toBe('rejected');
    expect((await rig.run('guest', 'remove', 'g1')).code).toBe(1);
    // The attack: somebody else gets the name, and everything that services keep for it
    expect((await add('g1', '--until', '2027-12-31')).err.join()).toMatch(/somebody who has left/);
    rig.clock.now = november;
  });
});
