import { fileURLToPath } from 'node:url';
import {
  describeWith,
  type PrivateRedis,
  privateCluster,
  privateRedis,
  privateSentinels,
  type RunningProcess,
  redisPrograms,
  startProcess,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RedisLocation } from '../../locations.ts';
import { connect, detailOf, untilTold } from './trials/connections.ts';

const script = fileURLToPath(new URL('./trials/closingProcess.ts', import.meta.url));

/** A process that has opened a connection; it closes it on `disconnect`. */
async function openElsewhere(location: RedisLocation, inFlight: number): Promise<RunningProcess> {
  const args = [script, JSON.stringify(location), String(inFlight)];
  const running = startProcess(process.execPath, args, { ipc: true });
  await running.waitFor(/^open$/);
  return running;
}

/** Has it close; it must then end by itself, since nothing holds it any more. */
async function closeThere(running: RunningProcess): Promise<{ ends: readonly string[]; alive: readonly string[] }> {
  running.disconnect();
  const line = await running.waitFor(/^closed /);
  expect(await running.exited).toBe(0);
  return JSON.parse(line.slice('closed '.length));
}

describeWith(redisPrograms, 'closing a connection to Redis', () => {
  describe('to one server', () => {
    let redis: PrivateRedis;
    beforeAll(async () => {
      redis = await privateRedis();
    });

    test('lets what is in flight end, and nothing stays', async () => {
      const running = await openElsewhere(redis.location('g:'), 100);
      expect(await closeThere(running)).toEqual({ ends: Array(100).fill('OK'), alive: [] });
      expect(await redis.cli('GET', 'g:99')).toBe('99');
    });

    test('what comes later is refused', async () => {
      const connection = await connect(redis.location('g:'));
      await connection.close();
      expect(await detailOf(connection.command('GET', 'g:a'))).toMatch(/was closed/);
      expect(await detailOf(connection.check())).toMatch(/was closed/);
    });

    test('a server that stands still holds nobody up, whether it is known or not', async () => {
      const [unaware, busy] = [
        await openElsewhere(redis.location('g:'), 0),
        await openElsewhere(redis.location('g:'), 100),
      ];
      const probing = await connect(redis.location('g:'));
      redis.pause();
      await untilTold(() => probing.command('GET', 'g:a'), /no answer/);
      await probing.close();
      expect(await closeThere(unaware)).toEqual({ ends: [], alive: [] });
      expect(await closeThere(busy)).toEqual({ ends: Array(100).fill('store-unavailable'), alive: [] });
      redis.resume();
    });

    test('a server that is gone neither', async () => {
      const running = await openElsewhere(redis.location('g:'), 3);
      await redis.kill();
      expect(await closeThere(running)).toEqual({ ends: Array(3).fill('store-unavailable'), alive: [] });
      await redis.restart();
    });
  });

  test('of Sentinels', async () => {
    const rig = await privateSentinels();
    const running = await openElsewhere(rig.location('g:'), 100);
    expect(await closeThere(running)).toEqual({ ends: Array(100).fill('OK'), alive: [] });
    const stuck = await openElsewhere(rig.location('g:'), 10);
    for (const { pause } of [...rig.servers, ...rig.sentinels]) pause();
    expect(await closeThere(stuck)).toEqual({ ends: Array(10).fill('store-unavailable'), alive: [] });
    for (const { resume } of [...rig.servers, ...rig.sentinels]) resume();
  }, 60_000);

  test('of a Cluster', async () => {
    const rig = await privateCluster();
    const running = await openElsewhere(rig.location('g:'), 100);
    expect(await closeThere(running)).toEqual({ ends: Array(100).fill('OK'), alive: [] });
    const stuck = await openElsewhere(rig.location('g:'), 10);
    for (const { pause } of rig.nodes) pause();
    expect(await closeThere(stuck)).toEqual({ ends: Array(10).fill('store-unavailable'), alive: [] });
    for (const { resume } of rig.nodes) resume();
  }, 60_000);
});
