import { randomBytes } from 'node:crypto';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import { noFilter } from '@gakumon/metadata';
import { openStores, type SealedRecords } from '@gakumon/stores';
import { hours } from '@gakumon/terms';
import { beforeEach, expect, test } from '@jest/globals';
import { pieceKind } from './documentPieces.ts';
import { openMetadataRecords } from './metadataRecords.ts';
import { createPieceSweep } from './sweepPieces.ts';

const [secret, other] = [randomBytes(32), randomBytes(32)];
const keys = makeSealingKeys([secret]);
const asItIs = { filter: noFilter, mayAssert: [] };
const strayLoad = '00000000-0000-4000-8000-000000000000';

let sealed: SealedRecords;
let now: number;
let sweep: () => Promise<number>;
beforeEach(async () => {
  const stores = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'memory' }, clock: Date.now });
  sealed = stores.sealed;
  now = 0;
  sweep = createPieceSweep(sealed, keys, () => now);
});

async function* document(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}
const load = (name: string, text: string, ring = keys) =>
  openMetadataRecords(sealed, ring).sources.save(name, 1, { document: document(text), ...asItIs });
const stray = (name: string) => sealed.replace(sealAtRest(keys, pieceKind, name, Buffer.from('x')), undefined);
const names = async () => (await sealed.listRevisions(pieceKind)).map(({ name }) => name);

test('pieces that nothing refers to go when they have been seen so for longer than a load may take', async () => {
  await load('a', 'in force');
  const [kept] = await names();
  for (const source of ['a', 'gone']) await stray(`${strayLoad} 00000 ${source}`);
  for (const [elapsed, removed] of [
    [0, 0],
    [hours(2) - 1, 0],
    [hours(2), 2],
    [hours(9), 0],
  ] as const) {
    now = elapsed;
    expect(await sweep()).toBe(removed);
  }
  expect(await names()).toEqual([kept]);
});

test('a load under way, however old what it has written looks, is not touched when it is done in time', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  async function* slow() {
    yield Buffer.alloc(1_048_576);
    await promise;
    yield Buffer.from('end');
  }
  const saving = openMetadataRecords(sealed, keys).sources.save('a', 1, { document: slow(), ...asItIs });
  while ((await names()).length === 0) await new Promise(setImmediate);
  expect(await sweep()).toBe(0);
  resolve();
  await saving;
  now = hours(3);
  expect([await sweep(), (await names()).length]).toEqual([0, 2]);
});

test('pieces of a manifest that opens with no key here stay: another node may have the key', async () => {
  await load('a', 'theirs', makeSealingKeys([other]));
  await sweep();
  now = hours(3);
  expect([await sweep(), (await names()).length]).toEqual([0, 1]);
});

test('what another release names otherwise is left alone', async () => {
  await stray('of another release');
  await sweep();
  now = hours(3);
  expect([await sweep(), await names()]).toEqual([0, ['of another release']]);
});

test('pieces that came into force between two looks stay', async () => {
  await load('a', 'first');
  const manifest = await sealed.find('metadata', 'a');
  if (manifest === undefined) throw new Error('no manifest');
  await sealed.remove('metadata', 'a');
  await sweep();
  now = hours(3);
  // As an import of a backup brings it back
  await sealed.replace(manifest, undefined);
  expect([await sweep(), (await names()).length]).toEqual([0, 1]);
});
