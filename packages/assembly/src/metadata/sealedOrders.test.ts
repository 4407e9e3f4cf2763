import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import type { MetadataOrder } from '@gakumon/metadata';
import { openStores, type SealedRecords } from '@gakumon/stores';
import { temporaryFolder } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { openMetadataRecords } from './metadataRecords.ts';

const keys = makeSealingKeys([randomBytes(32)]);
const strangers = makeSealingKeys([randomBytes(32)]);
const refresh = (source: string, at: number): MetadataOrder => ({ source, at, kind: 'refresh' });
const accept = (source: string, at: number): MetadataOrder => ({ source, at, kind: 'accept', sha256: 'ab'.repeat(32) });

let sealed: SealedRecords;
let close: () => Promise<void>;
beforeEach(async () => {
  const records = { kind: 'sqlite', file: join(await temporaryFolder(), 'gakumon.db') } as const;
  const stores = await openStores({ records, sessions: { kind: 'records' }, clock: Date.now, patienceMs: 30_000 });
  ({ sealed, close } = stores);
});
afterEach(() => close());

describe('orders in the records', () => {
  test('are listed from a moment on, the oldest first', async () => {
    const { orders } = openMetadataRecords(sealed, keys);
    expect(await orders.list(0)).toEqual([]);
    for (const order of [accept('b', 3), refresh('b', 1), refresh('学 認', 2)]) await orders.give(order);
    const all = [refresh('b', 1), refresh('学 認', 2), accept('b', 3)];
    expect(await openMetadataRecords(sealed, keys).orders.list(0)).toEqual(all);
    expect(await orders.list(2)).toEqual(all.slice(1));
    expect(await orders.list(4)).toEqual([]);
  });

  test('the next one of a source and kind takes the place of the last, and each is seen', async () => {
    const { orders } = openMetadataRecords(sealed, keys);
    const generations = [await orders.generation()];
    for (const order of [
      refresh('a', 1),
      refresh('a', 2),
      accept('a', 3),
      { ...accept('a', 4), sha256: 'c'.repeat(64) },
    ]) {
      await orders.give(order);
      generations.push(await orders.generation());
    }
    expect(await orders.list(0)).toEqual([refresh('a', 2), { ...accept('a', 4), sha256: 'c'.repeat(64) }]);
    expect(new Set(generations).size).toBe(5);
  });

  test('twenty at once: one of each kind is left, and nobody is refused', async () => {
    const { orders } = openMetadataRecords(sealed, keys);
    await Promise.all(Array.from({ length: 20 }, (_, at) => orders.give(at % 2 ? refresh('a', at) : accept('a', at))));
    expect((await orders.list(0)).map(({ kind }) => kind).sort()).toEqual(['accept', 'refresh']);
  });

  test('whether sources or orders changed is one question, asked after the last who wants to know', async () => {
    let questions = 0;
    const counting: SealedRecords = {
      ...sealed,
      generations(kinds) {
        questions += 1;
        return sealed.generations(kinds);
      },
    };
    const { orders, sources } = openMetadataRecords(counting, keys);
    const ask = () => Promise.all([sources.generation(), orders.generation()]);
    const before = await ask();
    await orders.give(refresh('a', 1));
    const after = await ask();
    expect([after[0] === before[0], after[1] === before[1], questions]).toEqual([true, false, 2]);
  });
});

test('attack: an order of somebody without our keys, moved, or of no kind that there is, is none', async () => {
  const { orders } = openMetadataRecords(sealed, keys);
  await orders.give(refresh('good', 1));
  const text = (value: unknown) => Buffer.from(JSON.stringify(value));
  const order = { version: 1, ...accept('evil', 2) };
  const [good] = await sealed.list('metadata-order');
  if (good === undefined) throw new Error('no row');
  const forged = [
    sealAtRest(strangers, 'metadata-order', 'accept evil', text(order)),
    sealAtRest(keys, 'metadata-order', 'accept other', text(order)),
    sealAtRest(keys, 'metadata-order', 'later', text({ ...order, version: 2 })),
    sealAtRest(keys, 'metadata-order', 'accept short', text({ ...order, source: 'short', sha256: 'ab' })),
    sealAtRest(keys, 'metadata-order', 'accept late', text({ ...order, source: 'late', at: 'tomorrow' })),
    sealAtRest(keys, 'metadata-order', 'null', Buffer.from('null')),
    { ...good, name: 'refresh evil' },
    { ...good, name: 'nothing', sealed: new Uint8Array(0) },
  ];
  for (const row of forged) expect(await sealed.replace(row, undefined)).toBe(true);
  expect(await orders.list(0)).toEqual([refresh('good', 1)]);
});
