import type { PendingLogin } from '@gakumon/idp';
import { type AttemptId, type BrowserId, hours, type SessionId } from '@gakumon/terms';
import { describeWith, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { start } from '../conformance/subject.ts';
import { mostSessionsOfPerson } from './sessions/personIndex.ts';
import { everydayFact, everydaySession, everydayVisit, type Shelf, setUpRedis } from './testing/redisBench.ts';

const attempt = 'attempt' as AttemptId;
const browser = 'browser' as BrowserId;
const { id, username } = everydaySession('id');
const login: Omit<PendingLogin, 'facts'> = { attempt, browser, username, expiresAt: start + 1000 };
const everyday = `"s1234567"`;
const [idle, end, begun] = [start + 1000, start + 2000, start];
/** No date, and still a number that all engines keep. */
const far = 9_007_199_254_740_991;

/** None of these is believed; those of two numbers stand for begun logins. */
const texts = [
  '',
  'x',
  '\0\xff',
  '{"username":"s1234567"}',
  `2 ${idle} ${end} ${begun} ${everyday}`,
  '2 newer-format',
  `1 ${idle} ${end} ${begun} ""`,
  `1 ${idle} ${end} ${begun} ${everyday}\nXwhat`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["password",1`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["password","today","::1",null]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["password",${far},"::1",null]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["password",${start + hours(25)},"::1",null]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["password",1.5,"::1",null]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["totp",1,"::1",null,7]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["totp",1,"::1",null,""]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["totp",1,"::1",null,"id","shared"]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nF["totp",1,"::1",null,"id",[7]]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nS["https://sp",99,"v",1]`,
  `1 ${idle} ${end} ${begun} ${everyday}\nS["https://sp",0,"v",${far}]`,
  `1 ${idle} ${far} ${begun} ${everyday}`,
  `1 ${far} ${end} ${begun} ${everyday}`,
  `1 ${idle} ${end} ${far} ${everyday}`,
  `1 ${idle} ${end} ${start + hours(25)} ${everyday}`,
  `1 ${'9'.repeat(400)} ${end} ${begun} ${everyday}`,
  `1 ${end} ${everyday}\nF{}`,
  `1 ${end} ${everyday}\nF["totp",1,"::1",null,[]]`,
  `1 ${end} ${everyday}\nF["password",${far},"::1",null]`,
  `1 ${far} ${everyday}`,
];

const none = async (found: Promise<unknown>): Promise<void> => expect(await found).toBeUndefined();

/** Each way of reading a session or a begun login, and the key that it reads. */
const readers: readonly {
  readonly what: string;
  readonly key: (shelf: Shelf) => string;
  readonly read: (shelf: Shelf) => Promise<unknown>;
}[] = [
  {
    what: 'pending find',
    key: (it) => it.keys.pendingLogin(attempt, browser),
    read: (it) => none(it.stores.pendingLogins.find(attempt, browser)),
  },
  { what: 'session find', key: (it) => it.keys.session(id), read: (it) => none(it.stores.sessions.find(id, start)) },
  {
    what: 'session appendFact',
    key: (it) => it.keys.session(id),
    read: (it) => none(it.stores.sessions.appendFact(id, everydayFact(1))),
  },
  {
    what: 'session appendServiceProvider',
    key: (it) => it.keys.session(id),
    read: (it) => none(it.stores.sessions.appendServiceProvider(id, everydayVisit(1), start + 9)),
  },
  { what: 'revoke', key: (it) => it.keys.session(id), read: (it) => none(it.stores.sessions.revoke(id)) },
];

describeWith(redisPrograms, 'sessions and begun logins in Redis that cannot be read', () => {
  const redis = setUpRedis();

  test.each(readers)(
    'attack: $what: one damaged value locks nobody out; it is none, it goes, it is told once',
    async (reader) => {
      for (const text of texts) {
        const shelf = await redis.openShelf();
        const key = reader.key(shelf);
        await shelf.connection.command('set', key, text, 'PX', 60_000);
        await reader.read(shelf);
        expect([text, await shelf.connection.command('get', key)]).toEqual([text, null]);
        await reader.read(shelf);
        expect([text, shelf.told]).toEqual([text, [expect.any(String)]]);
      }
    },
  );

  test.each(readers)('attack: $what: nor does one of another type', async (reader) => {
    const shelf = await redis.openShelf();
    await shelf.connection.command('rpush', reader.key(shelf), 'x');
    await reader.read(shelf);
    expect(await shelf.connection.command('get', reader.key(shelf))).toBeNull();
    expect(shelf.told).toHaveLength(1);
  });

  test('what is told names the session, by what opens nothing', async () => {
    const { stores, connection, keys, told } = await redis.openShelf();
    await connection.command('set', keys.session(id), 'x', 'PX', 60_000);
    await stores.sessions.find(id, start);
    expect(told).toEqual([`session ${id}`]);
  });

  test.each([...texts, `1 ${end} ${everyday}\nF["password",${far},"::1",null]`, `1 ${end} ${everyday}\nFwhat`])(
    'attack: a fact joins no damaged begun login %j, and begins it anew',
    async (text) => {
      const { stores, connection, keys } = await redis.openShelf();
      await connection.command('set', keys.pendingLogin(attempt, browser), text, 'PX', 60_000);
      const written = await stores.pendingLogins.appendFact(login, everydayFact(1));
      expect(written).toEqual({ ...login, facts: [everydayFact(1)] });
      expect(await stores.pendingLogins.find(attempt, browser)).toEqual(written);
    },
  );

  test('attack: a begun login of another type is begun anew', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    await connection.command('rpush', keys.pendingLogin(attempt, browser), 'x');
    const written = await stores.pendingLogins.appendFact(login, everydayFact(1));
    expect(await stores.pendingLogins.find(attempt, browser)).toEqual(written);
  });

  test("attack: a person's index of another type stops no login, and is replaced", async () => {
    const { stores, connection, keys, told } = await redis.openShelf();
    await connection.command('set', keys.person(username), 'x', 'PX', 60_000);
    expect(await stores.sessions.listOfPerson(username, start)).toEqual([]);
    await connection.command('set', keys.person(username), 'x', 'PX', 60_000);
    await stores.sessions.create(everydaySession('id'));
    expect(await stores.sessions.listOfPerson(username, start)).toEqual([everydaySession('id')]);
    expect(told).toEqual(Array(2).fill(`sessions of a person ${keys.person(username)}`));
  });

  test("attack: damaged entries in a person's index hide none of the others", async () => {
    const { stores, connection, keys, told } = await redis.openShelf();
    const key = keys.person(username);
    await stores.sessions.create(everydaySession('id'));
    for (const [score, member] of [
      [start + 1000, 'x'],
      [start + 1000, `y ${far}`],
      ['+inf', 'z 1'],
      [far, 'endless 1'],
    ] as const) {
      await connection.command('zadd', key, score, member);
    }
    expect(await stores.sessions.listOfPerson(username, start)).toEqual([everydaySession('id')]);
    expect(told).toEqual([`sessions of a person ${key}`]);
    await stores.sessions.create(everydaySession('other'));
    expect(await connection.command('zrange', key, 0, -1)).toHaveLength(2);
  });

  test('attack: a full index of damaged entries stops no login', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    const entries = Array.from({ length: mostSessionsOfPerson }, (_, index) => [start + 1000, `x${index}`]).flat();
    await connection.command('zadd', keys.person(username), ...entries);
    await stores.sessions.create(everydaySession('id'));
    expect(await stores.sessions.listOfPerson(username, start)).toEqual([everydaySession('id')]);
  });

  test('attack: one damaged session hides none of the others of its person', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    await stores.sessions.create(everydaySession('id'));
    await stores.sessions.create(everydaySession('other'));
    await connection.command('set', keys.session('other'.padEnd(22, '-') as SessionId), 'x', 'PX', 60_000);
    expect(await stores.sessions.listOfPerson(username, start)).toEqual([everydaySession('id')]);
  });
});
