import { describeWith, privateCluster, privateRedis, privateSentinels, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { inspectSessions } from '../inspectSessions.ts';
import { inspectRedis } from './inspectRedis.ts';
import { connect, detailOf } from './trials/connections.ts';

describeWith(redisPrograms, 'inspectRedis', () => {
  test('a server that forgets and evicts', async () => {
    const redis = await privateRedis({ config: { 'maxmemory-policy': 'allkeys-lru', maxmemory: '100mb' } });
    const { masters } = await inspectRedis(await connect(redis.location('g:')));
    expect(masters).toEqual([
      {
        address: `127.0.0.1:${redis.port}`,
        version: expect.stringMatching(/^\d+\.\d+\.\d+/),
        role: 'master',
        replicas: 0,
        maxMemory: 100 * 1024 * 1024,
        evictionPolicy: 'allkeys-lru',
        keepsOnDisk: false,
        clockDifferenceMs: expect.any(Number),
      },
    ]);
    // One machine has one clock
    expect(Math.abs(masters[0]?.clockDifferenceMs ?? Number.NaN)).toBeLessThan(5000);
    await redis.kill();
  });

  test.each([
    ['appendonly', 'yes'],
    ['save', '3600 1'],
  ])('a server that keeps its data by %s', async (name, value) => {
    const redis = await privateRedis();
    const connection = await connect(redis.location('g:'));
    await redis.cli('CONFIG', 'SET', name, value);
    expect((await inspectRedis(connection)).masters).toMatchObject([
      { keepsOnDisk: true, evictionPolicy: 'noeviction' },
    ]);
    await redis.kill();
  });

  test('an account that may not ask gets to know what it may', async () => {
    const rights = '+@read +@write +@scripting +@connection -@dangerous';
    const redis = await privateRedis({ acl: [`user gakumon on >open-sesame ~g:* ${rights}`] });
    const connection = await connect(redis.location('g:', { username: 'gakumon', password: 'open-sesame' }));
    expect((await inspectRedis(connection)).masters).toEqual([
      {
        address: `127.0.0.1:${redis.port}`,
        version: expect.stringMatching(/^\d/),
        role: 'master',
        replicas: undefined,
        maxMemory: undefined,
        evictionPolicy: undefined,
        keepsOnDisk: undefined,
        clockDifferenceMs: undefined,
      },
    ]);
    await redis.kill();
    expect(await detailOf(inspectSessions(redis.location('g:')))).toMatch(/ECONNREFUSED/);
    expect(await detailOf(inspectRedis(connection))).toMatch(/Redis/);
  });

  test('the master of Sentinels, with its replica', async () => {
    const rig = await privateSentinels();
    const { masters } = await inspectSessions(rig.location('g:'));
    expect(masters).toMatchObject([{ address: `127.0.0.1:${rig.servers[0]?.port}`, replicas: 1 }]);
  }, 60_000);

  test('every master of a Cluster', async () => {
    const rig = await privateCluster();
    await rig.nodes[1]?.cli('CONFIG', 'SET', 'maxmemory-policy', 'volatile-ttl');
    const { masters } = await inspectRedis(await connect(rig.location('g:')));
    expect(masters.map(({ evictionPolicy }) => evictionPolicy)).toEqual(['noeviction', 'volatile-ttl', 'noeviction']);
  }, 60_000);
});
