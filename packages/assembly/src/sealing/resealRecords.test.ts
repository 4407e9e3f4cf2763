import { randomBytes } from 'node:crypto';
import { makeSealingKeys, openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import { openStores, type SealedRecords } from '@gakumon/stores';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { keepSealed, resealRecords, rowOf } from './resealRecords.ts';

const [old, fresh, lost] = [randomBytes(32), randomBytes(32), randomBytes(32)];
const before = makeSealingKeys([old]);
const after = makeSealingKeys([fresh, old]);
const names = Array.from({ length: 25 }, (_, index) => `p${String(index).padStart(2, '0')}`);

let sealed: SealedRecords;
beforeEach(async () => {
  const stores = await openStores({ records: { kind: 'memory' }, sessions: { kind: 'memory' }, clock: Date.now });
  sealed = stores.sealed;
  for (const name of names) await put(before, name);
});

const put = (keys: SealingKeys, name: string) =>
  sealed.replace(sealAtRest(keys, 'totp', name, Buffer.from(`secret of ${name}`)), undefined);

async function opened(keys: SealingKeys): Promise<readonly string[]> {
  return (await sealed.list('totp')).map((record) => openAtRest(keys, record).toString());
}

const everySecret = names.map((name) => `secret of ${name}`);

describe('resealing', () => {
  test('goes in batches, and each batch stands for itself', async () => {
    const batches = [];
    for (let done = false; !done; ) {
      const batch = await resealRecords(sealed, after, { limit: 10 });
      batches.push(batch.resealed);
      done = batch.isDone;
      // However far it came, everybody who has both keys opens everything.
      expect(await opened(after)).toEqual(everySecret);
    }
    expect(batches).toEqual([10, 10, 5]);
    expect(await opened(makeSealingKeys([fresh]))).toEqual(everySecret);
  });

  test('two nodes at once lose nothing and leave nothing', async () => {
    const all = async (): Promise<void> => {
      while (!(await resealRecords(sealed, after, { limit: 3 })).isDone);
    };
    await Promise.all([all(), all()]);
    expect(await opened(makeSealingKeys([fresh]))).toEqual(everySecret);
  });

  test('a secret that is written meanwhile stays as it was written', async () => {
    const racing: SealedRecords = {
      ...sealed,
      async replace(record, seen) {
        const changed = sealAtRest(after, 'totp', record.name, Buffer.from('a newer secret'));
        if (record.name === 'p03') await sealed.replace(changed, seen);
        return sealed.replace(record, seen);
      },
    };
    expect(await resealRecords(racing, after, { limit: 100 })).toMatchObject({
      resealed: 24,
      changed: 1,
      isDone: false,
    });
    expect((await opened(after))[3]).toBe('a newer secret');
  });

  test('what no key opens is told of and left as it is, and does not stand in the way of the rest', async () => {
    const unknown = makeSealingKeys([lost]);
    for (const name of ['a1', 'a2', 'a3']) await put(unknown, name);
    const passOver = new Set<string>();
    for (let done = false; !done; ) {
      const batch = await resealRecords(sealed, after, { limit: 2, passOver });
      for (const record of batch.unopenable) passOver.add(rowOf(record));
      done = batch.isDone;
    }
    expect(passOver.size).toBe(3);
    const left = (await sealed.list('totp')).filter(({ keyId }) => keyId !== after.current.id);
    expect(left.map((record) => openAtRest(unknown, record).toString())).toEqual([
      'secret of a1',
      'secret of a2',
      'secret of a3',
    ]);
  });

  test('attack: a row that was put in place of another is not sealed anew as if it were right', async () => {
    const [stolen] = await sealed.list('totp');
    if (stolen === undefined) throw new Error('no record');
    await sealed.replace({ ...stolen, name: 'victim' }, undefined);
    const { unopenable } = await resealRecords(sealed, after, { limit: 100 });
    expect(unopenable.map(({ name }) => name)).toEqual(['victim']);
    expect(await sealed.find('totp', 'victim')).toMatchObject({ keyId: before.current.id });
  });
});

describe('the housekeeping of secrets at rest', () => {
  test('reseals by itself, and tells once what it cannot open', async () => {
    await put(makeSealingKeys([lost]), 'a1');
    const notices: Notice[] = [];
    const keep = keepSealed(sealed, after, (notice) => void notices.push(notice));
    await keep();
    await keep();
    expect((await sealed.listUnderOtherKeys(after.current.id, 100)).map(({ name }) => name)).toEqual(['a1']);
    expect(notices).toMatchObject([
      { level: 'error', fields: { count: 1, kind: 'totp', name: 'a1' } },
      { level: 'info', fields: { count: 25, key: after.current.id } },
    ]);
  });
});
