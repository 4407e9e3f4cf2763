import { setImmediate } from 'node:timers/promises';
import { describeWith, type PrivateRedis, privateRedis, redisPrograms } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { openRedisConnection } from './openRedisConnection.ts';

/** Repeats a step until it no longer throws. */
async function until(step: () => Promise<unknown>): Promise<void> {
  while (
    !(await step().then(
      () => true,
      () => false,
    ))
  )
    await setImmediate();
}

const script = { name: 'both', lua: "return { redis.call('GET', KEYS[1]), ARGV[1], 7, false }" };

describeWith(redisPrograms, 'a connection to one Redis server', () => {
  let redis: PrivateRedis;
  beforeAll(async () => {
    redis = await privateRedis();
  });

  test('commands and scripts', async () => {
    const connection = await openRedisConnection(redis.location('one:'));
    expect(await connection.command('SET', 'one:a', 'ü', 'PX', 10_000)).toBe('OK');
    expect(await Promise.all([connection.command('GET', 'one:a'), connection.command('GET', 'one:b')])).toEqual([
      'ü',
      null,
    ]);
    expect(await connection.command('HSET', 'one:h', 'x', 1, 'y', 2)).toBe(2);
    expect(await connection.command('HGETALL', 'one:h')).toEqual(['x', '1', 'y', '2']);
    expect(await connection.script(script, ['one:a'], [5])).toEqual(['ü', '5', 7, null]);
    await redis.cli('SCRIPT', 'FLUSH');
    expect(await connection.script(script, ['one:a'], [6])).toEqual(['ü', '6', 7, null]);
    await connection.close();
    await expect(connection.command('GET', 'one:a')).rejects.toMatchObject({ code: 'store-unavailable' });
  });

  test('stopped, then going again', async () => {
    const connection = await openRedisConnection(redis.location('two:'));
    redis.pause();
    await expect(connection.command('GET', 'two:a')).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(connection.command('GET', 'two:a')).rejects.toMatchObject({
      detail: expect.stringMatching(/no answer/),
    });
    redis.resume();
    await until(() => connection.check());
    await connection.close();
  });
});
