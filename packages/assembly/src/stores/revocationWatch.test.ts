import { isRevokedBy, type Revocation, type Revocations } from '@gakumon/idp';
import { GakumonError, type SessionId, type Username } from '@gakumon/terms';
import { fixedClock } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { watchRevocations } from './revocationWatch.ts';

const student = 's1234567' as Username;
const other = 'f1234567' as Username;
const sessionOf = (id: string, createdAt: number, username = student) => ({
  id: id as SessionId,
  username,
  createdAt,
});
const ofSession = (id: string): Revocation => ({
  username: student,
  session: id as SessionId,
  at: 1_000,
  keepUntil: 900_000,
});
const ofPerson = (at: number): Revocation => ({ username: student, session: undefined, at, keepUntil: at + 900_000 });

/** Records that any number of nodes share, and that can be away. */
function makeRecords() {
  const added: Revocation[] = [];
  let lists = 0;
  const unlessAway = async <T>(answer: () => T): Promise<T> => {
    if (records.isAway) throw new GakumonError('store-unavailable', { detail: 'db: refused' });
    return answer();
  };
  const records = {
    isAway: false,
    lists: () => lists,
    /** A fail-over: the newest was not copied yet. */
    lose: () => void added.pop(),
    add: (revocation: Revocation) => unlessAway(() => void added.push(revocation)),
    list: (now: number) =>
      unlessAway(() => {
        lists += 1;
        return added.filter(({ keepUntil }) => keepUntil > now);
      }),
    generation: () => unlessAway(() => added.length),
  } satisfies Revocations & Record<string, unknown>;
  return records;
}

test('what was revoked before this node began is known before anybody is served', async () => {
  const records = makeRecords();
  await records.add(ofSession('a'));
  const { isRevoked } = await watchRevocations(records, fixedClock(2_000));
  expect(isRevoked(sessionOf('a', 500))).toBe(true);
  expect(isRevoked(sessionOf('b', 500))).toBe(false);
});

test('law 10: a node that cannot read them does not begin', async () => {
  const records = makeRecords();
  records.isAway = true;
  await expect(watchRevocations(records, fixedClock(0))).rejects.toMatchObject({ code: 'store-unavailable' });
});

test('an order about a person covers what began until then, with or without a session, and nobody else', async () => {
  const records = makeRecords();
  await records.add(ofPerson(1_000));
  await records.add(ofPerson(500));
  const { isRevoked } = await watchRevocations(records, fixedClock(2_000));
  expect(isRevoked(sessionOf('a', 1_000))).toBe(true);
  expect(isRevoked({ id: undefined, username: student, createdAt: 900 })).toBe(true);
  expect(isRevoked(sessionOf('a', 1_001))).toBe(false);
  expect(isRevoked(sessionOf('a', 900, other))).toBe(false);
});

test('it tells of everything what the plain rule tells', async () => {
  const people = [student, other];
  const ids = ['a', 'b', undefined] as (SessionId | undefined)[];
  const times = [1, 2, 3];
  const every = people.flatMap((username) => ids.flatMap((id) => times.map((at) => ({ username, id, at }))));
  const orders = [
    ...every.map(({ username, id, at }): Revocation => ({ username, session: id, at, keepUntil: 9_000 })),
    ...every.map(
      ({ username, id, at }): Revocation => ({ username, session: undefined, except: id, at, keepUntil: 9_000 }),
    ),
  ];
  for (const [index, first] of orders.entries()) {
    const added = [first, ...orders.slice(index * 5, index * 5 + 1)];
    const records = makeRecords();
    for (const order of added) await records.add(order);
    const { isRevoked } = await watchRevocations(records, fixedClock(5));
    for (const { username, id, at } of every) {
      const login = { username, id, createdAt: at };
      expect([added, login, isRevoked(login)]).toEqual([added, login, isRevokedBy(added, login)]);
    }
  }
});

test('attack: a fail-over brings a revoked session back; another node ordered it, and this one refuses', async () => {
  const records = makeRecords();
  const clock = fixedClock(2_000);
  const here = await watchRevocations(records, clock);
  const there = await watchRevocations(records, clock);
  await there.revocations.add(ofSession('a'));
  expect(there.isRevoked(sessionOf('a', 500))).toBe(true);
  expect(here.isRevoked(sessionOf('a', 500))).toBe(false);
  await here.refresh();
  expect(here.isRevoked(sessionOf('a', 500))).toBe(true);
});

test('attack: a fail-over loses a generation, and another order gets the same: noticed within the minute', async () => {
  const records = makeRecords();
  const clock = fixedClock(2_000);
  await records.add(ofSession('lost'));
  const watch = await watchRevocations(records, clock);
  records.lose();
  await records.add(ofSession('a'));
  await watch.refresh();
  expect(watch.isRevoked(sessionOf('a', 500))).toBe(false);
  clock.advance(60_000);
  await watch.refresh();
  expect(watch.isRevoked(sessionOf('a', 500))).toBe(true);
});

test('a generation that went down is a change like any other', async () => {
  const records = makeRecords();
  const watch = await watchRevocations(records, fixedClock(2_000));
  await records.add(ofSession('lost'));
  await records.add(ofSession('lost too'));
  await watch.refresh();
  records.lose();
  records.lose();
  await records.add(ofSession('a'));
  await watch.refresh();
  expect(watch.isRevoked(sessionOf('a', 500))).toBe(true);
});

test('attack: an order of a node whose clock is ahead keeps nobody out who logs in after it was seen', async () => {
  const records = makeRecords();
  const clock = fixedClock(2_000);
  const watch = await watchRevocations(records, clock);
  await records.add(ofPerson(500_000));
  await watch.refresh();
  expect(watch.isRevoked(sessionOf('a', 2_000))).toBe(true);
  expect(watch.isRevoked(sessionOf('b', 2_001))).toBe(false);
  // What was seen first counts, however often the list is read again, and when the time of the order has come
  for (const later of [60_000, 60_000, 500_000]) {
    clock.advance(later);
    await records.add(ofSession(`${later}`));
    await watch.refresh();
    expect(watch.isRevoked(sessionOf('b', 2_001))).toBe(false);
    expect(watch.isRevoked(sessionOf('a', 2_000))).toBe(true);
  }
});

test('what is known stays while the records are away', async () => {
  const records = makeRecords();
  await records.add(ofSession('a'));
  const watch = await watchRevocations(records, fixedClock(2_000));
  records.isAway = true;
  await expect(watch.refresh()).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(watch.isRevoked(sessionOf('a', 500))).toBe(true);
  await expect(watch.revocations.add(ofSession('b'))).rejects.toMatchObject({ code: 'store-unavailable' });
  expect(watch.isRevoked(sessionOf('b', 500))).toBe(false);
});

test('the list is read when it changed, or when one in it is over, and not every second', async () => {
  const records = makeRecords();
  const clock = fixedClock(2_000);
  await records.add(ofSession('a'));
  const watch = await watchRevocations(records, clock);
  await watch.refresh();
  expect(records.lists()).toBe(1);
  clock.advance(898_000);
  await watch.refresh();
  await watch.refresh();
  expect(records.lists()).toBe(2);
  expect(watch.isRevoked(sessionOf('a', 500))).toBe(false);
});
