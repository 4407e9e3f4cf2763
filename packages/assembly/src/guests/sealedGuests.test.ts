import { createGuestDirectory, createHashingQueue, type Guest, hashPassword } from '@gakumon/directory';
import { makeSealingKeys } from '@gakumon/idp';
import { openStores } from '@gakumon/stores';
import type { Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { createSealedGuests } from './sealedGuests.ts';

const cost = { logN: 10, r: 8, p: 1 };
const keysOf = (octet: number) => makeSealingKeys([new Uint8Array(32).fill(octet)]);
const guest: Guest = {
  username: 'g-taro' as Username,
  passwordHash: await hashPassword('given by the desk', cost),
  mustChangePassword: true,
  sponsor: 'f1234567' as Username,
  createdAt: 1,
  expiresAt: 1000,
  groups: ['visitors'],
  attributes: { jaDisplayName: ['太郎'] },
};

async function open() {
  const { sealed } = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'records' }, clock: () => 10 });
  return { sealed, records: createSealedGuests(sealed, keysOf(1)) };
}

test('a guest is kept whole, listed, and written only by who saw the last version', async () => {
  const { records } = await open();
  expect(await records.find(guest.username)).toBeUndefined();
  expect(await records.replace(guest, undefined)).toBe(true);
  expect(await records.replace(guest, undefined)).toBe(false);
  const kept = await records.find(guest.username);
  expect(kept?.guest).toEqual(guest);
  expect(await records.list()).toEqual([guest]);
  expect(await records.replace({ ...guest, expiresAt: 2000 }, kept?.revision)).toBe(true);
  expect(await records.replace({ ...guest, expiresAt: 3000 }, kept?.revision)).toBe(false);
  expect((await records.find(guest.username))?.guest.expiresAt).toBe(2000);
  expect([await records.remove(guest.username), await records.remove(guest.username)]).toEqual([true, false]);
});

test('the attack: the record of a guest is put under another name, or cannot be opened; nobody is "no guest" by that', async () => {
  const { sealed, records } = await open();
  await records.replace(guest, undefined);
  const record = await sealed.find('guest', guest.username);
  if (record === undefined) throw new Error('not kept');
  await sealed.replace({ ...record, name: 'g-jiro' }, undefined);
  await expect(records.find('g-jiro' as Username)).rejects.toMatchObject({ code: 'secret-unopenable' });
  const elsewhere = createSealedGuests(sealed, keysOf(2));
  await expect(elsewhere.find(guest.username)).rejects.toMatchObject({ code: 'secret-unopenable' });
  expect(Buffer.from(record.sealed).toString('latin1')).not.toContain('scrypt');
});

test('the first login of a guest: the password that was given out is replaced, and of two who do it at once one does', async () => {
  const { records } = await open();
  await records.replace(guest, undefined);
  const queue = createHashingQueue({ running: 2, waiting: 9 });
  const directory = createGuestDirectory('guests', { records, queue, clock: () => 10, cost });
  const choose = (next: string) => directory.changePassword?.(guest.username, { current: 'given by the desk', next });
  const both = await Promise.all([choose('a river in the morning'), choose('a mountain at night')]);
  expect(both.map((one) => one?.kind).toSorted()).toEqual(['changed', 'rejected']);
  const chosen = both[0]?.kind === 'changed' ? 'a river in the morning' : 'a mountain at night';
  expect(await directory.verifyPassword(guest.username, chosen)).toMatchObject({
    kind: 'accepted',
    person: { account: {}, attributes: { jaDisplayName: ['太郎'] } },
  });
  expect((await directory.find(guest.username))?.account.password).toBeUndefined();
});
