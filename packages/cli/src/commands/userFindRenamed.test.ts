import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { openConfiguredStores } from '@gakumon/assembly';
import type { Username } from '@gakumon/terms';
import { beforeAll, expect, test } from '@jest/globals';
import { type PeopleRig, peopleRig, usersText } from '../departures/testing/peopleRig.ts';
import { readConfig } from '../withConfig.ts';

const localEntity = 'https://idp.example.ac.jp/idp/shibboleth';
const sp = 'https://sp.example.org/sp';
const now = Date.parse('2026-11-23T00:00Z');
let rig: PeopleRig;

/** Alice was given an identifier as `alice`, married, and is `alice2`; somebody new is called `alice`. */
beforeAll(async () => {
  rig = await peopleRig('[{ name: local, file: users.yaml }]', now);
  const file = join(rig.context.cwd, 'gakumon.yaml');
  const generators = '[{ name: kept, source: employeeNumber, kind: stored, first: random }]';
  await writeFile(
    file,
    `${await readFile(file, 'utf8')}\nidentifiers: { generators: ${generators}, persistent: kept }\n`,
  );
  await rig.put(
    'users.yaml',
    usersText([
      'username: alice, attributes: { employeeNumber: E2 }',
      'username: alice2, attributes: { employeeNumber: E1 }',
    ]),
  );
  await withStores(async ({ storedIds }) => {
    const drawn = {
      localEntity,
      peerEntity: sp,
      peerProvidedId: undefined,
      creationDate: 1,
      deactivationDate: undefined,
    };
    await storedIds.add({ ...drawn, persistentId: 'of-E1', principalName: 'alice', localId: 'E1' });
    await storedIds.add({ ...drawn, persistentId: 'of-E9', principalName: 'alice', localId: 'E9' });
    await storedIds.add({ ...drawn, persistentId: 'of-E8', principalName: 'left', localId: 'E8' });
  });
});

async function withStores<T>(work: (stores: Awaited<ReturnType<typeof openConfiguredStores>>) => Promise<T>) {
  const stores = await openConfiguredStores(await readConfig(rig.context), rig.context);
  try {
    return await work(stores);
  } finally {
    await stores.close();
  }
}

const find = async (id: string) => JSON.parse((await rig.run('user', 'find', '--id', id, '--sp', sp, '--json')).out);
const historyOf = (username: string) =>
  withStores(async ({ history }) => (await history.listOfPerson(username as Username, 9)).map(({ kind }) => kind));

test('attack: a stored identifier names whoever has what it stands for, not who has the login name by now', async () => {
  expect(await find('of-E1')).toMatchObject([{ user: 'alice2', directory: 'local', firstGivenTo: 'alice' }]);
  expect(await find('of-E9')).toMatchObject([{ user: null, firstGivenTo: 'alice' }]);
  expect(await find('of-E8')).toMatchObject([{ user: 'left', firstGivenTo: 'left' }]);
  const { out } = await rig.run('user', 'find', '--id', 'of-E9', '--sp', sp);
  expect(out).toMatch(/unknown now +none now +persistent +stored, first given to alice/);
  expect(await historyOf('alice')).toEqual([]);
  expect(await historyOf('alice2')).toEqual(['identifier-looked-up']);
});

test('attack: a new identifier for whoever has the login name now leaves those of the former one alone', async () => {
  const reissue = (user: string) => rig.run('user', 'reissue-id', '--user', user, '--sp', sp, '--yes');
  expect(await reissue('alice')).toMatchObject({ code: 1, out: '' });
  expect(await reissue('nobody')).toMatchObject({ code: 1, out: '' });
  expect(await reissue('alice2')).toMatchObject({ code: 0 });
  await withStores(async ({ storedIds }) => {
    expect(await storedIds.find(localEntity, sp, 'E1')).toMatchObject({ deactivationDate: now });
    expect(await storedIds.find(localEntity, sp, 'E9')).toMatchObject({ deactivationDate: undefined });
  });
  // Whose an ended one was is told only where that is certain
  expect(await find('of-E1')).toMatchObject([{ user: null, firstGivenTo: 'alice' }]);
});
