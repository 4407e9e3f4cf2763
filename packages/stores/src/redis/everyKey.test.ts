import { hours } from '@gakumon/terms';
import { describeWith, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { start } from '../conformance/subject.ts';
import { type KeyRow, keyTable } from './keys.ts';
import { graceMs } from './storedValue.ts';
import { everydaySession, setUpRedis } from './testing/redisBench.ts';
import { useEveryPort } from './testing/useEveryPort.ts';

const patterns = Object.values(keyTable).map(
  ({ pattern }: KeyRow) => new RegExp(`^${pattern.replace(/[{}]/g, '\\$&').replace(/<.*>/, '[A-Za-z0-9_-]{22}')}$`),
);

describeWith(redisPrograms, 'every key in Redis', () => {
  const redis = setUpRedis();

  test('has a time to live and stands in the table, and the table has no others', async () => {
    const { stores, connection } = await redis.openShelf();
    await useEveryPort(stores);
    const keys = (await redis.server().cli('--scan', '--pattern', `${connection.prefix}*`)).split('\n');
    const names = keys.map((key) => key.slice(connection.prefix.length)).filter((name) => name !== 'check');
    for (const name of names) expect(patterns.filter((pattern) => pattern.test(name))).toHaveLength(1);
    for (const pattern of patterns) expect(names.filter((name) => pattern.test(name))).not.toEqual([]);
    for (const key of keys) expect(await connection.command('pttl', key)).toBeGreaterThan(0);
  });

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
