import { describe, expect, test } from '@jest/globals';
import { describeWith } from '../programs.ts';
import { privateCluster } from './redisCluster.ts';
import { privateSentinels } from './redisSentinels.ts';
import { redisPrograms } from './redisServer.ts';

describeWith(redisPrograms, 'private Redis servers that work together', () => {
  describe('privateSentinels', () => {
    test('change the master when they are told to, and when it is killed', async () => {
      const rig = await privateSentinels();
      const first = await rig.master();
      const second = await rig.failover();
      expect(second).not.toBe(first);
      await second.kill();
      expect(await rig.waitForOther(second)).toBe(first);
      expect(await first.cli('SET', 'a', 'b')).toBe('OK');
    }, 60_000);

    test('speak TLS and want a password', async () => {
      const rig = await privateSentinels({ tls: true, sentinelPassword: 'sesame' });
      expect((await rig.master()).port).toBe(rig.servers[0]?.port);
      expect(rig.location('p:').servers.sentinelPassword).toBe('sesame');
    }, 60_000);
  });

  describe('privateCluster', () => {
    test('keeps each key on one of its masters, with a replica that takes over', async () => {
      const rig = await privateCluster({ replicas: 1 });
      const master = await rig.masterOf('{a}');
      expect(await master.cli('SET', '{a}', 'b')).toBe('OK');
      await master.kill();
      const asked = rig.nodes.find((node) => node !== master);
      let next = master;
      while (next === master) next = await rig.masterOf('{a}', asked).catch(() => master);
      expect(rig.nodes.indexOf(next)).toBe(rig.nodes.indexOf(master) + 3);
    }, 60_000);

    test('speaks TLS', async () => {
      const rig = await privateCluster({ tls: true });
      expect(await (await rig.masterOf('x')).cli('SET', 'x', 'y')).toBe('OK');
    }, 60_000);
  });
});
