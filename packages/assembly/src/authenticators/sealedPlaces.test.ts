import { randomBytes } from 'node:crypto';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import { openStores, type SealedRecords } from '@gakumon/stores';
import { hours, type Username } from '@gakumon/terms';
import { fixedClock } from '@gakumon/testkit';
import { beforeEach, expect, test } from '@jest/globals';
import { createSealedPlaces } from './sealedPlaces.ts';

const student = 's1234567' as Username;
const days = (n: number) => hours(24 * n);
const key = randomBytes(32);
const keys = makeSealingKeys([key]);
const home = { browser: 'browser-1', network: '192.0.2.0/24' };
const nothing = { browser: false, network: false };
const all = { browser: true, network: true };

let sealed: SealedRecords;
let clock: ReturnType<typeof fixedClock>;
let places: ReturnType<typeof createSealedPlaces>;
beforeEach(async () => {
  clock = fixedClock();
  const stores = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'memory' }, clock });
  sealed = stores.sealed;
  places = createSealedPlaces(sealed, keys, clock);
});

test('a place is known once it was noted, each of its halves for itself, and for its person alone', async () => {
  expect(await places.find(student, home)).toEqual(nothing);
  await places.note(student, home, clock());
  expect(await places.find(student, home)).toEqual(all);
  expect(await places.find(student, { ...home, browser: 'browser-2' })).toEqual({ browser: false, network: true });
  expect(await places.find(student, { ...home, network: '198.51.100.0/24' })).toEqual({
    browser: true,
    network: false,
  });
  expect(await places.find('f1234567' as Username, home)).toEqual(nothing);
});

test('one that is known is written at most once a day', async () => {
  const revision = async () => (await sealed.listRevisions('places')).map((row) => row.revision);
  await places.note(student, home, clock());
  const first = await revision();
  clock.advance(days(1) - 1);
  await places.note(student, home, clock());
  expect(await revision()).toEqual(first);
  clock.advance(1);
  await places.note(student, home, clock());
  expect(await revision()).not.toEqual(first);
});

test('who does not come for 180 days is new again; who comes is not', async () => {
  const work = { browser: 'browser-2', network: '198.51.100.0/24' };
  await places.note(student, home, clock());
  await places.note(student, work, clock());
  clock.advance(days(100));
  await places.note(student, work, clock());
  clock.advance(days(80) - 1);
  expect(await places.find(student, home)).toEqual(all);
  clock.advance(1);
  expect(await places.find(student, home)).toEqual(nothing);
  expect(await places.find(student, work)).toEqual(all);
});

test('attack: who comes from a thousand places takes the room of twenty', async () => {
  for (let index = 0; index < 1000; index += 1) {
    await places.note(student, { browser: `b${index}`, network: `n${index}` }, clock());
  }
  const known = await Promise.all(
    Array.from({ length: 1000 }, (_, index) => places.find(student, { browser: `b${index}`, network: `n${index}` })),
  );
  expect(known.filter(({ browser }) => browser)).toHaveLength(20);
  expect(known.slice(-20)).toEqual(Array(20).fill(all));
  const [row] = await sealed.list('places');
  expect(row?.sealed.length).toBeLessThan(3000);
});

test('two logins at once are both known', async () => {
  const at = Array.from({ length: 8 }, (_, index) => ({ browser: `b${index}`, network: `n${index}` }));
  await Promise.all(at.map((place) => places.note(student, place, clock())));
  expect(await Promise.all(at.map((place) => places.find(student, place)))).toEqual(at.map(() => all));
});

test('what cannot be opened, or is of another release, knows nothing, and is written anew', async () => {
  const [lost, newer] = [makeSealingKeys([randomBytes(32)]), Buffer.from(JSON.stringify({ version: 2 }))];
  const rows = [
    sealAtRest(lost, 'places', student, Buffer.from('{}')),
    sealAtRest(keys, 'places', student, newer),
    { ...sealAtRest(keys, 'places', student, newer), sealed: new Uint8Array(9) },
  ];
  for (const row of rows) {
    await sealed.remove('places', student);
    await sealed.replace(row, undefined);
    expect(await places.find(student, home)).toEqual(nothing);
    await places.note(student, home, clock());
    expect(await places.find(student, home)).toEqual(all);
  }
});

test('where people are is sealed', async () => {
  await places.note(student, home, clock());
  const [row] = await sealed.list('places');
  expect(Buffer.from(row?.sealed ?? []).toString('latin1')).not.toMatch(/192\.0|browser/);
});
