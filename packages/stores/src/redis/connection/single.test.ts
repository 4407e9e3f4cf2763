import { describeWith, type PrivateRedis, privateRedis, redisPrograms } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RedisConnection } from '../redisConnection.ts';
import { connect, detailOf } from './trials/connections.ts';

const script = { name: 'echo', lua: "return { redis.call('GET', KEYS[1]), ARGV[1], 7, false }" };

/** How often the server has read from its clients. */
async function countReads(connection: RedisConnection): Promise<number> {
  const stats = String(await connection.command('INFO', 'stats'));
  return Number(/total_reads_processed:(\d+)/.exec(stats)?.[1]);
}

describeWith(redisPrograms, 'a connection to one Redis server', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await privateRedis();
  });

  test('gives answers as text, integers, null and lists of those', async () => {
    const connection = await connect(redis.location('answers:'));
    expect(await connection.command('SET', 'answers:a', '門', 'PX', 10_000)).toBe('OK');
    expect(await connection.command('GET', 'answers:a')).toBe('門');
    expect(await connection.command('GET', 'answers:b')).toBeNull();
    expect(await connection.command('HSET', 'answers:h', 'x', 1, 'y', '')).toBe(2);
    expect(await connection.command('hgetall', 'answers:h')).toEqual(['x', '1', 'y', '']);
    expect(await connection.command('ZADD', 'answers:z', 2.5, 'm')).toBe(1);
    expect(await connection.command('ZRANGE', 'answers:z', 0, -1, 'WITHSCORES')).toEqual(['m', '2.5']);
  });

  test('runs scripts, also when the server has forgotten them', async () => {
    const connection = await connect(redis.location('scripts:'));
    await connection.command('SET', 'scripts:a', 'A');
    expect(await connection.script(script, ['scripts:a'], [5])).toEqual(['A', '5', 7, null]);
    await redis.cli('SCRIPT', 'FLUSH');
    expect(await connection.script(script, ['scripts:a'], ['x'])).toEqual(['A', 'x', 7, null]);
    await redis.restart();
    await expect(connection.command('GET', 'scripts:a')).rejects.toThrow('store-unavailable');
    const again = await connect(redis.location('scripts:'));
    expect(await again.script(script, ['scripts:a'], ['y'])).toEqual([null, 'y', 7, null]);
  });

  test('sends the text of a script once, and its hash from then on', async () => {
    const connection = await connect(redis.location('scripts:'));
    await redis.cli('SCRIPT', 'FLUSH');
    await redis.cli('CONFIG', 'RESETSTAT');
    for (let round = 0; round < 5; round += 1) await connection.script(script, ['scripts:a'], [round]);
    const stats = await redis.cli('INFO', 'commandstats');
    expect(stats).toMatch(/cmdstat_eval:calls=1,/);
    expect(stats).toMatch(/cmdstat_evalsha:calls=5,/);
  });

  test('sends the commands of one turn in one write', async () => {
    const connection = await connect(redis.location('writes:'));
    const before = await countReads(connection);
    const [a, b] = await Promise.all([
      connection.command('GET', 'writes:a'),
      Promise.resolve().then(() => connection.script(script, ['writes:b'], [1])),
    ]);
    expect([a, b]).toEqual([null, [null, '1', 7, null]]);
    // One for both, one for the INFO that counts
    expect((await countReads(connection)) - before).toBe(2);
  });

  test('keeps answers and commands together, however many are in flight', async () => {
    const connection = await connect(redis.location('many:'));
    const numbers = Array.from({ length: 500 }, (_, number) => number);
    await Promise.all(numbers.map((number) => connection.command('SET', `many:${number}`, number, 'PX', 60_000)));
    const answers = await Promise.all(numbers.map((number) => connection.command('GET', `many:${number}`)));
    expect(answers).toEqual(numbers.map(String));
  });

  test('keeps to its database', async () => {
    const servers = { ...redis.location('').servers, database: 3 };
    const connection = await connect({ ...redis.location('third:'), servers });
    await connection.command('SET', 'third:a', 1, 'PX', 10_000);
    expect(await redis.cli('-n', 3, 'EXISTS', 'third:a')).toBe('1');
    expect(await redis.cli('EXISTS', 'third:a')).toBe('0');
  });

  test('a command that Redis does not take is refused, without what it held', async () => {
    const connection = await connect(redis.location('wrong:'));
    expect(await detailOf(connection.command('NONSENSE', 'wrong:a', 'my-secret'))).toMatch(
      /unknown command 'NONSENSE'$/,
    );
    await connection.command('SET', 'wrong:a', 'x');
    expect(await detailOf(connection.command('HGET', 'wrong:a', 'f'))).toMatch(/WRONGTYPE/);
    expect(await connection.command('GET', 'wrong:a')).toBe('x');
  });

  describe('check', () => {
    test('writes what is gone soon', async () => {
      const connection = await connect(redis.location('check:'));
      await connection.check();
      const [key = ''] = (await redis.cli('KEYS', 'check:*')).split('\n');
      expect(Number(await redis.cli('PTTL', key))).toBeGreaterThan(0);
    });
  });

  test('names the one master', async () => {
    const connection = await connect(redis.location('masters:'));
    const [master, ...others] = connection.masters();
    expect(others).toEqual([]);
    expect(master?.address).toBe(`127.0.0.1:${redis.port}`);
    expect(await master?.command('PING')).toBe('PONG');
  });
});
