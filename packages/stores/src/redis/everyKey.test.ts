import { hours } from '@gakumon/terms';
import { describeWith, privateCluster, privateRedis, type RedisProcess, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { start } from '../conformance/subject.ts';
import type { RedisLocation } from '../locations.ts';
import { openRedisConnection } from './connection/openRedisConnection.ts';
import { type KeyRow, keyTable } from './keys.ts';
import { openRedisTransient } from './openRedisTransient.ts';
import { graceMs } from './storedValue.ts';
import { caseCapacity, everydaySession, setUpRedis } from './testing/redisBench.ts';
import { useEveryPort } from './testing/useEveryPort.ts';

type Servers = { readonly nodes: readonly RedisProcess[]; location(prefix: string): RedisLocation };

const single = async (): Promise<Servers> => {
  const server = await privateRedis();
  return { nodes: [server], location: server.location };
};
/** And the rows that only others have keys of. */
const shapes: readonly { shape: string; startServers: () => Promise<Servers>; elsewhere: readonly string[] }[] = [
  { shape: 'one server', startServers: single, elsewhere: ['checkOfMaster'] },
  { shape: 'a Cluster', startServers: () => privateCluster(), elsewhere: [] },
];

const patterns = Object.entries(keyTable).map(([name, { pattern }]: [string, KeyRow]) => ({
  name,
  regExp: new RegExp(
    `^${pattern.replace(/[{}]/g, '\\$&').replace('<number>', '\\d+').replace(/<.*>/, '[A-Za-z0-9_-]{22}')}$`,
  ),
}));

describeWith(redisPrograms, 'every key in Redis', () => {
  test.each(shapes)('has a time to live and stands in the table, and the table has no others: $shape', async (it) => {
    const { nodes, location } = await it.startServers();
    const connection = await openRedisConnection(location('gkm:'), { patienceMs: 10_000 });
    try {
      await useEveryPort(openRedisTransient(connection, () => start, caseCapacity));
      await connection.check();
      const keys = (await Promise.all(nodes.map((node) => node.cli('--scan')))).flatMap((text) => text.split('\n'));
      const rowsOf = (key: string) => patterns.filter(({ regExp }) => regExp.test(key.replace(/^gkm:/, '')));
      for (const key of keys) expect([key, rowsOf(key)]).toEqual([key, [expect.anything()]]);
      expect(new Set(keys.flatMap((key) => rowsOf(key).map(({ name }) => name)))).toEqual(
        new Set(patterns.map(({ name }) => name).filter((name) => !it.elsewhere.includes(name))),
      );
      for (const key of keys) expect(await connection.command('pttl', key)).toBeGreaterThan(0);
    } finally {
      await connection.close();
    }
  });
});

describeWith(redisPrograms, 'keys in Redis', () => {
  const redis = setUpRedis();

  test('replay past a slow clock: a mark outlives its end by more than clocks differ', async () => {
    const { stores, connection, keys } = await redis.openShelf();
    await stores.codes.use('code', start + 1000);
    const left = Number(await connection.command('pttl', keys.code('code')));
    expect(left).toBeGreaterThan(graceMs - 30_000);
    expect(left).toBeLessThanOrEqual(1000 + graceMs);
  });

  test("a person's index outlives the longest of their sessions, whichever came last", async () => {
    const { stores, connection, keys } = await redis.openShelf();
    const { username } = everydaySession('');
    await stores.sessions.create(everydaySession('long', { expiresAt: start + hours(20) }));
    await stores.sessions.create(everydaySession('short', { expiresAt: start + hours(2) }));
    const left = Number(await connection.command('pttl', keys.person(username)));
    expect(left).toBeGreaterThan(hours(20));
  });

  test('attack: what a visitor sends is no key, however long or strange it is', async () => {
    const { stores, connection } = await redis.openShelf();
    for (const text of ['a'.repeat(100_000), '\r\nFLUSHALL\r\n', '{cases}:order', '*', '\u{d800}']) {
      await stores.codes.use(text, start + 1000);
      await stores.throttles.hit(text, 1000, start);
    }
    const keys = (await redis.server().cli('--scan', '--pattern', `${connection.prefix}[ct]*`)).split('\n');
    for (const key of keys.filter((it) => !it.endsWith(':check'))) {
      expect(key.slice(connection.prefix.length)).toMatch(/^(code|throttle):[A-Za-z0-9_-]{22}$/);
    }
    expect(keys.length).toBeGreaterThanOrEqual(10);
  });
});
