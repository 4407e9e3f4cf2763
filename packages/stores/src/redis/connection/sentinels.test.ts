import { describeWith, freePort, type PrivateSentinels, privateSentinels, redisPrograms } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { connect, detailOf, untilTold, untilWell } from './trials/connections.ts';

const script = { name: 'set', lua: "return redis.call('SET', KEYS[1], ARGV[1], 'PX', 60000)" };

describeWith(redisPrograms, 'a connection to the master that Sentinels name', () => {
  describe('with accounts', () => {
    let rig: PrivateSentinels;
    beforeAll(async () => {
      rig = await privateSentinels({ acl: ['user gakumon on >open-sesame ~* &* +@all'] });
    }, 60_000);

    test('writes to the master, never to the replica', async () => {
      const connection = await connect(rig.location('g:'));
      const master = await rig.master();
      expect(connection.masters().map(({ address }) => address)).toEqual([`127.0.0.1:${master.port}`]);
      expect(await connection.script(script, ['g:a'], [1])).toBe('OK');
      expect(await master.cli('GET', 'g:a')).toBe('1');
    });

    test('sends the commands of one turn in one write', async () => {
      const connection = await connect(rig.location('g:'));
      const countReads = async (): Promise<number> =>
        Number(/total_reads_processed:(\d+)/.exec(String(await connection.command('INFO', 'stats')))?.[1]);
      await connection.command('CONFIG', 'SET', 'repl-ping-replica-period', 3600);
      const reads = async (): Promise<number> => {
        const before = await countReads();
        await Promise.all(Array.from({ length: 40 }, (_, n) => connection.command('GET', `g:${n}`)));
        return (await countReads()) - before;
      };
      // Sentinels and the replica talk to the master as well
      expect(await reads()).toBeLessThan(20);
    });

    test('goes with the master when the Sentinels change it', async () => {
      const connection = await connect(rig.location('g:'));
      const next = await rig.failover();
      await untilWell(async () => {
        await connection.script(script, ['g:followed'], [2]);
        expect(connection.masters()[0]?.address).toBe(`127.0.0.1:${next.port}`);
      });
      expect(await next.cli('GET', 'g:followed')).toBe('2');
    }, 60_000);

    test('the master is killed, and comes back as a replica', async () => {
      const connection = await connect(rig.location('g:'));
      const old = await rig.master();
      await old.kill();
      const next = await rig.waitForOther(old);
      await untilWell(() => connection.check());
      expect(connection.masters()[0]?.address).toBe(`127.0.0.1:${next.port}`);
      // At first it comes back as a master, which nobody may believe
      await old.restart();
      const late = await connect(rig.location('g:'));
      await late.command('SET', 'g:late', 3);
      expect(await next.cli('GET', 'g:late')).toBe('3');
    }, 60_000);

    test('the master stands still: refused until another one is the master', async () => {
      const connection = await connect(rig.location('g:'));
      const old = await rig.master();
      old.pause();
      expect(await detailOf(connection.command('GET', 'g:a'))).toMatch(/gave no answer within 500 ms/);
      const next = await rig.waitForOther(old);
      await untilWell(() => connection.check());
      expect(connection.masters()[0]?.address).toBe(`127.0.0.1:${next.port}`);
      old.resume();
      await untilWell(async () => expect(await old.cli('ROLE')).toMatch(/^slave/));
    }, 60_000);

    test('a master that only we can reach is left for the one that the Sentinels name', async () => {
      const connection = await connect(rig.location('g:', { username: 'gakumon', password: 'open-sesame' }));
      const old = await rig.master();
      const follower = rig.servers.find((server) => server !== old);
      // Nobody but this connection is let in, as in a network that fell apart
      for (const user of ['rig', 'default']) {
        await connection.command('ACL', 'SETUSER', user, 'off');
        await connection.command('CLIENT', 'KILL', 'USER', user);
      }
      await untilWell(async () => {
        await connection.command('SET', 'g:moved', 'x');
        expect(connection.masters()[0]?.address).toBe(`127.0.0.1:${follower?.port}`);
      });
      expect(await follower?.cli('GET', 'g:moved')).toBe('x');
    }, 60_000);
  });

  describe('that can not be found', () => {
    let rig: PrivateSentinels;
    beforeAll(async () => {
      rig = await privateSentinels({ tls: true, sentinelPassword: 'open-sesame' });
    }, 60_000);
    const open = async (changes: object): Promise<string> => {
      const location = rig.location('g:');
      return detailOf(connect({ ...location, servers: { ...location.servers, ...changes } }));
    };

    test('comes in by TLS and a password of the Sentinels', async () => {
      expect(await open({})).toBe('it is well');
    });

    test('the name is not known', async () => {
      expect(await open({ name: 'somebody' })).toMatch(/knows no master named "somebody"/);
    });

    test('the password of the Sentinels is wrong, or missing', async () => {
      expect(await open({ sentinelPassword: 'x' })).toMatch(/refuses the user or the password.*WRONGPASS/);
      expect(await open({ sentinelPassword: undefined })).toMatch(/refuses the user or the password.*NOAUTH/);
    });

    test('no Sentinel is there: each is named', async () => {
      const sentinels = [
        { host: '127.0.0.1', port: await freePort() },
        { host: '127.0.0.1', port: await freePort() },
      ];
      const detail = await open({ sentinels });
      for (const { port } of sentinels) expect(detail).toContain(`127.0.0.1:${port} is not there`);
    });

    test('one Sentinel of three is enough', async () => {
      const { sentinels } = rig.location('g:').servers;
      const gone = { host: '127.0.0.1', port: await freePort() };
      expect(await open({ sentinels: [gone, gone, sentinels[0]] })).toBe('it is well');
    });

    test('a Sentinel that stands still holds nobody up', async () => {
      rig.sentinels[0]?.pause();
      expect(await open({})).toBe('it is well');
      rig.sentinels[0]?.resume();
    });

    test('a replica is refused though a Sentinel names it', async () => {
      const [master, replica] = rig.servers;
      const connection = await connect(rig.location('g:'));
      // Between two looks of the Sentinels the master is none, and ends its connections as they would have it do
      await master?.cli('REPLICAOF', '127.0.0.1', replica?.port ?? 0);
      await master?.cli('CLIENT', 'KILL', 'TYPE', 'normal');
      await untilTold(() => connection.command('GET', 'g:a'), /is a replica, which takes no writes/);
      await untilWell(() => connection.check());
    }, 60_000);
  });
});
