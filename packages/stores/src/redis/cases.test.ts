import type { AttemptId, CaseReference } from '@gakumon/terms';
import { describeWith, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { createRedisCases } from './cases.ts';
import { type Shelf, setUpRedis } from './testing/redisBench.ts';
import { everydayCase } from './testing/useEveryPort.ts';

const referenceOf = (index: number) => `K-${index}` as CaseReference;

describeWith(redisPrograms, 'the ring of cases in Redis', () => {
  const redis = setUpRedis();
  const fill = async ({ stores }: Shelf, from: number, to: number) => {
    for (let index = from; index < to; index += 1) {
      await stores.cases.record({ ...everydayCase, reference: referenceOf(index) });
    }
  };
  const sizes = ({ connection, keys }: Shelf) =>
    Promise.all([connection.command('zcard', keys.caseOrder), connection.command('hlen', keys.caseEntries)]);

  test('a ring that was made smaller comes down to its size, and keeps the newest', async () => {
    const shelf = await redis.openShelf(2500);
    await fill(shelf, 0, 2500);
    const smaller = createRedisCases(shelf.connection, shelf.keys, 3);
    await smaller.record({ ...everydayCase, reference: referenceOf(2500) });
    expect(await sizes(shelf)).toEqual([3, 3]);
    const found = await Promise.all([2497, 2498, 2500].map((index) => smaller.find(referenceOf(index))));
    expect(found.map((it) => it?.reference)).toEqual([undefined, referenceOf(2498), referenceOf(2500)]);
  });

  test('a reference that comes again is the newer case, and takes one place', async () => {
    const shelf = await redis.openShelf(3);
    await fill(shelf, 0, 3);
    await shelf.stores.cases.record({ ...everydayCase, reference: referenceOf(0), detail: 'again' });
    await fill(shelf, 3, 5);
    expect((await shelf.stores.cases.find(referenceOf(0)))?.detail).toBe('again');
    expect(await shelf.stores.cases.find(referenceOf(2))).toBeUndefined();
    expect(await sizes(shelf)).toEqual([3, 3]);
  });

  test('a half that was thrown away lets the other not grow without end', async () => {
    const shelf = await redis.openShelf(3);
    for (const key of [shelf.keys.caseOrder, shelf.keys.caseEntries]) {
      await fill(shelf, 0, 3);
      await shelf.connection.command('del', key);
      await fill(shelf, 3, 5);
      expect(await sizes(shelf)).toEqual([2, 2]);
    }
  });

  test('a case of the release before this one is read, and hides nothing', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    await fill({ stores } as Shelf, 0, 1);
    const former = `1 [${everydayCase.at},"service-unknown","「理由」",null,"s1234567","192.0.2.1"]`;
    await connection.command('hset', keys.caseEntries, referenceOf(0), former);
    const { attempt: _, timeline: __, ...rest } = everydayCase;
    expect(await stores.cases.find(referenceOf(0))).toEqual({ ...rest, reference: referenceOf(0) });
    expect(await stores.cases.listOfAttempt('attempt' as AttemptId)).toEqual([]);
  });

  test('attack: damaged entries hide no other refusal of a login, nor does a damaged timeline hide its case', async () => {
    const shelf = await redis.openShelf();
    const { stores, connection, keys } = shelf;
    await fill(shelf, 0, 4);
    const rest = 'null,null,null,null,"attempt"';
    await connection.command('hset', keys.caseEntries, referenceOf(1), 'x "attempt"');
    await connection.command('hset', keys.caseEntries, referenceOf(2), `1 [1,"internal",${rest},[["when",7]]]`);
    const listed = await stores.cases.listOfAttempt('attempt' as AttemptId);
    expect(listed.map(({ reference, timeline }) => [reference, timeline?.length])).toEqual([
      [referenceOf(0), 1],
      [referenceOf(2), undefined],
      [referenceOf(3), 1],
    ]);
  });

  test('a login is found in a ring that is larger than one step of the search', async () => {
    const shelf = await redis.openShelf(1203);
    await fill(shelf, 0, 1203);
    const other = { ...everydayCase, attempt: 'other' as AttemptId };
    await shelf.stores.cases.record({ ...other, reference: referenceOf(0) });
    await shelf.stores.cases.record({ ...other, reference: referenceOf(700) });
    const found = async (name: string) => (await shelf.stores.cases.listOfAttempt(name as AttemptId)).length;
    expect([await found('other'), await found('attempt'), await found('nothing')]).toEqual([2, 1201, 0]);
  });
});
