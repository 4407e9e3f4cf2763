import type { AttemptId, CaseReference } from '@gakumon/terms';
import { describeWith, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { start } from '../conformance/subject.ts';
import { type Shelf, setUpRedis } from './testing/redisBench.ts';

const attempt = 'attempt' as AttemptId;
const reference = 'K7Q2-9F' as CaseReference;

type Reader = {
  readonly what: string;
  readonly key: (shelf: Shelf) => string;
  readonly read: (shelf: Shelf) => Promise<unknown>;
};

/** Each way of reading a mark or a throttle, and the key that it reads. */
const readers: readonly Reader[] = [
  { what: 'isConsumed', key: (it) => it.keys.attempt(attempt), read: (it) => it.stores.attempts.isConsumed(attempt) },
  {
    what: 'consume',
    key: (it) => it.keys.attempt(attempt),
    read: (it) => it.stores.attempts.consume(attempt, start + 9),
  },
  { what: 'use', key: (it) => it.keys.code('code'), read: (it) => it.stores.codes.use('code', start + 9) },
  { what: 'hit', key: (it) => it.keys.throttle('a'), read: (it) => it.stores.throttles.hit('a', 1000, start) },
  { what: 'peek', key: (it) => it.keys.throttle('a'), read: (it) => it.stores.throttles.peek('a', start) },
  { what: 'release', key: (it) => it.keys.throttle('a'), read: (it) => it.stores.throttles.release('a', start + 9) },
];

const texts = [
  '',
  'x',
  '{"username":"s1234567"}',
  '2 1795345200000 1795345200000 1795345200000 "s1234567"',
  '1 1795345200000 1795345200000 1795345200000 "s1234567"\nXwhat',
  '1 1795345200000 1795345200000 1795345200000 "s1234567"\nF["password",1',
  '1 1795345200000 1795345200000 1795345200000 "s1234567"\nF["password","today","::1",null]',
  '1 1795345200000 1795345200000 1795345200000 "s1234567"\nS["https://sp",99,"v",1]',
  '1 1795345200000 "s1234567"\nF{}',
  '1 1e9',
  '1 1795345200000 x',
  '\0\xff',
];

describeWith(redisPrograms, 'foreign and damaged values in Redis', () => {
  const redis = setUpRedis();
  const refuses = (answer: Promise<unknown>) => expect(answer).rejects.toMatchObject({ code: 'store-unavailable' });

  test.each(readers)(
    '$what: a text of no form of ours is a store that is away, never "nothing there"',
    async (reader) => {
      const shelf = await redis.openShelf();
      for (const text of texts) {
        await shelf.connection.command('set', reader.key(shelf), text, 'PX', 60_000);
        await refuses(reader.read(shelf));
      }
    },
  );

  test.each(readers.filter(({ what }) => what !== 'release'))(
    'attack: $what: neither are times that are no dates',
    async (reader) => {
      const shelf = await redis.openShelf();
      for (const text of ['1 9999999999999999', '1 3 9999999999999999', '1 99999999999999999999 1795345200000']) {
        await shelf.connection.command('set', reader.key(shelf), text, 'PX', 60_000);
        await refuses(reader.read(shelf));
      }
    },
  );

  test.each(readers)('$what: neither is a value of another type', async (reader) => {
    const shelf = await redis.openShelf();
    await shelf.connection.command('rpush', reader.key(shelf), 'x');
    await refuses(reader.read(shelf));
  });

  test('the detail names the key, which tells an operator where to look', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    await connection.command('set', keys.throttle('a'), 'x', 'PX', 60_000);
    for (const read of [stores.throttles.peek('a', start), stores.throttles.hit('a', 1000, start)]) {
      await expect(read).rejects.toMatchObject({ detail: expect.stringContaining(keys.throttle('a')) });
    }
  });

  test('neither is a page state without its end; what follows that is for the page to read', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    for (const text of ['', 'x', '{"notice":{}}', '1 1e9 {}', '1 1795345200000', '2 1795345200000 {}']) {
      await connection.command('set', keys.page('id'), text, 'PX', 60_000);
      await refuses(stores.pageStates.find('id'));
    }
  });

  test.each([
    '',
    'x',
    '1 {}',
    '1 [',
    '1 ["when","internal",null,null,null,null]',
    '1 [1,"internal",null,null,null]',
    '1 [1,"internal",[],null,null,null]',
    '1 [1,"internal",null,null,null,null,7]',
    '2 [1,"internal",null,null,null,null]',
  ])('a case %j is refused', async (text) => {
    const { stores, connection, keys } = await redis.openShelf();
    await connection.command('hset', keys.caseEntries, reference, text);
    await refuses(stores.cases.find(reference));
  });
});
