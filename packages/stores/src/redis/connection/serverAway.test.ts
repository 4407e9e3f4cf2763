import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describeWith, freePort, type PrivateRedis, privateRedis, redisPrograms } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { RedisConnection } from '../redisConnection.ts';
import { connect, detailOf, untilTold, untilWell } from './trials/connections.ts';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** Megabytes that are held after a collection. */
function heldMegabytes(): number {
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return (heapUsed + external) / 1_000_000;
}

describeWith(redisPrograms, 'a Redis server that goes away', () => {
  let redis: PrivateRedis;
  let connection: RedisConnection;
  const get = (): Promise<unknown> => connection.command('GET', 'g:a');
  const set = (): Promise<unknown> => connection.command('SET', 'g:a', 1, 'PX', 60_000);
  beforeEach(async () => {
    redis = await privateRedis({ config: { 'enable-protected-configs': 'yes' } });
    connection = await connect(redis.location('g:'));
  });
  afterEach(() => redis.kill());

  describe('stopped, with its socket open', () => {
    test('ten thousand calls end and leave nothing behind; it recovers by itself', async () => {
      const value = 'x'.repeat(10_000);
      const before = heldMegabytes();
      redis.pause();
      const calls = Array.from({ length: 10_000 }, (_, n) => connection.command('SETEX', `g:${n}`, 60, `${value}${n}`));
      const ends = await Promise.allSettled(calls);
      expect(new Set(ends.map((end) => end.status === 'rejected' && end.reason.detail))).toEqual(
        new Set([`Redis 127.0.0.1:${redis.port} gave no answer within 500 ms`]),
      );
      calls.length = 0;
      ends.length = 0;
      await untilTold(get, /no answer|does not answer/);
      expect(heldMegabytes() - before).toBeLessThan(30);
      redis.resume();
      await untilWell(() => connection.check());
    });

    test('what comes after the first time-out is refused without being sent', async () => {
      redis.pause();
      expect(await detailOf(connection.command('INCR', 'g:first'))).toMatch(/gave no answer within 500 ms/);
      for (let round = 0; round < 10_000; round += 1) await detailOf(connection.command('INCR', 'g:later'));
      redis.resume();
      expect(await untilWell(() => connection.command('GET', 'g:later'))).toBeNull();
    });

    test('it may happen again and again', async () => {
      for (let round = 0; round < 3; round += 1) {
        redis.pause();
        await untilTold(get, /no answer/);
        redis.resume();
        await untilWell(set);
      }
      // What was dropped is gone from the server too
      await untilWell(async () => {
        const clients = (await redis.cli('CLIENT', 'LIST')).split('\n').filter((line) => line.includes('name=gakumon'));
        if (clients.length !== 1) throw new Error(`${clients.length} connections`);
      });
    });
  });

  test('slow, but within the time: nothing is refused', async () => {
    for (let round = 0; round < 3; round += 1) {
      const [slept, ...answers] = await Promise.all([
        connection.command('DEBUG', 'SLEEP', 0.3),
        ...Array.from({ length: 50 }, set),
      ]);
      expect([slept, ...answers]).toEqual(Array(51).fill('OK'));
    }
  });

  test('slower than the time once: it is well again as soon as it answers', async () => {
    const asleep = detailOf(connection.command('DEBUG', 'SLEEP', 0.8));
    expect(await asleep).toMatch(/gave no answer within 500 ms/);
    await untilWell(set);
  });

  test('one answer is late, others are not: only that one is refused', async () => {
    const id = await connection.command('CLIENT', 'ID');
    const first = connection.command('BLPOP', 'g:nothing', 0.3);
    const late = detailOf(connection.command('BLPOP', 'g:nothing', 0.3));
    expect(await first).toBeNull();
    const after = Array.from({ length: 10 }, () => connection.command('CLIENT', 'ID'));
    expect(await late).toMatch(/took longer than 500 ms/);
    expect(await Promise.all(after)).toEqual(Array(10).fill(id));
  });

  test('slow, and it wants the text of a script: still not twice the time', async () => {
    const script = { name: 'new', lua: 'return ARGV[1]' };
    const first = connection.command('BLPOP', 'g:nothing', 0.3);
    const wanting = detailOf(connection.script(script, ['g:a'], [1]));
    const late = detailOf(connection.command('BLPOP', 'g:nothing', 0.3));
    expect(await first).toBeNull();
    expect(await wanting).toMatch(/took too long over a command that it wanted to have twice/);
    expect(await late).toMatch(/took longer than 500 ms/);
    expect(await untilWell(() => connection.script(script, ['g:a'], [2]))).toBe('2');
  });

  test('killed and started again', async () => {
    const inFlight = Promise.all([detailOf(connection.command('DEBUG', 'SLEEP', 0.4)), detailOf(get())]);
    await redis.kill();
    for (const detail of await inFlight) expect(detail).toMatch(/closed the connection/);
    await untilTold(get, /ECONNREFUSED/);
    await redis.restart();
    await untilWell(set);
  });

  test('a connection that the server ends is made anew, though nobody calls', async () => {
    const id = () => connection.command('CLIENT', 'ID');
    const first = await id();
    await redis.cli('CLIENT', 'KILL', 'TYPE', 'normal');
    await untilWell(async () => {
      if ((await id()) === first) throw new Error('the old connection');
    });
  });

  test('a node that stood still itself takes nobody for away', async () => {
    const answers = Promise.all([set(), set()]);
    // The answers come while this process is busy for longer than they may take
    await new Promise(setImmediate);
    const end = performance.now() + 700;
    while (performance.now() < end);
    expect(await answers).toEqual(['OK', 'OK']);
    expect(await set()).toBe('OK');
  });

  describe('there, but of no use', () => {
    test('it became a replica: refused until it is a master again', async () => {
      await redis.cli('REPLICAOF', '127.0.0.1', await freePort());
      expect(await detailOf(set())).toMatch(/is a replica, which takes no writes/);
      await untilTold(get, /is a replica/);
      await redis.cli('REPLICAOF', 'NO', 'ONE');
      await untilWell(set);
    });

    test('a script meets a replica', async () => {
      await redis.cli('REPLICAOF', '127.0.0.1', await freePort());
      expect(await detailOf(connection.check())).toMatch(/is a replica, which takes no writes/);
    });

    test('its memory is full: writes are refused, reads are not', async () => {
      await set();
      await redis.cli('CONFIG', 'SET', 'maxmemory', 1);
      expect(await detailOf(set())).toMatch(/is full: OOM/);
      expect(await detailOf(connection.check())).toMatch(/is full: OOM/);
      expect(await get()).toBe('1');
      await redis.cli('CONFIG', 'SET', 'maxmemory', 0);
      await connection.check();
    });

    test('too few replicas for a write', async () => {
      await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', 1);
      expect(await detailOf(connection.check())).toMatch(/too few replicas.*NOREPLICAS/);
      await redis.cli('CONFIG', 'SET', 'min-replicas-to-write', 0);
      await connection.check();
    });

    test('it can not save its data', async () => {
      await redis.cli('CONFIG', 'SET', 'save', '3600 1', 'dir', '/proc');
      await redis.cli('BGSAVE').catch(() => {});
      await untilTold(() => connection.check(), /can not save its data.*MISCONF/);
      expect(await detailOf(set())).toMatch(/MISCONF/);
    });

    test('it still loads its data', async () => {
      const keys = Array.from({ length: 2000 }, (_, n) => connection.command('SET', `g:${n}`, 'x'.repeat(1000)));
      await Promise.all(keys);
      // One millisecond for each key
      await redis.cli('CONFIG', 'SET', 'key-load-delay', 1000, 'loading-process-events-interval-bytes', 1024);
      const loading = redis.cli('DEBUG', 'RELOAD');
      await untilTold(get, /still loads its data/);
      await loading;
      await untilWell(set);
    });

    test('the account is closed, then opened again', async () => {
      await redis.cli('ACL', 'SETUSER', 'gakumon', 'on', '>sesame', '~*', '+@all');
      const closed = await connect(redis.location('g:', { username: 'gakumon', password: 'sesame' }));
      await redis.cli('ACL', 'DELUSER', 'gakumon');
      await untilTold(() => closed.command('GET', 'g:a'), /refuses the user or the password/);
      await redis.cli('ACL', 'SETUSER', 'gakumon', 'on', '>sesame', '~*', '+@all');
      await untilWell(() => closed.check());
    });
  });
});
