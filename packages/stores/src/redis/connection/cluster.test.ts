import { describeWith, freePort, type PrivateCluster, privateCluster, redisPrograms } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import type { RedisConnection } from '../redisConnection.ts';
import { connect, detailOf, untilTold, untilWell } from './trials/connections.ts';

const script = { name: 'count', lua: "redis.call('INCR', KEYS[1]) return redis.call('INCR', KEYS[2])" };
/** Keys of every master. */
const keys = Array.from({ length: 60 }, (_, number) => `g:${number}`);

const setAll = (connection: RedisConnection): Promise<unknown[]> =>
  Promise.all(keys.map((key) => connection.command('SET', key, key, 'PX', 60_000)));

describeWith(redisPrograms, 'a connection to a Redis Cluster', () => {
  describe('that is well', () => {
    let rig: PrivateCluster;
    beforeAll(async () => {
      rig = await privateCluster();
    }, 60_000);

    test('finds every key on the master that keeps it', async () => {
      const connection = await connect(rig.location('g:'));
      expect(await setAll(connection)).toEqual(keys.map(() => 'OK'));
      expect(await Promise.all(keys.map((key) => connection.command('GET', key)))).toEqual(keys);
      const counts = await Promise.all(rig.nodes.map(async (node) => Number(await node.cli('DBSIZE'))));
      for (const count of counts) expect(count).toBeGreaterThan(5);
    });

    test('runs scripts of keys that share a hash tag, on any master', async () => {
      const connection = await connect(rig.location('g:'));
      const tags = keys.map((key) => `{${key}}`);
      const run = (tag: string) => connection.script(script, [`g:a${tag}`, `g:b${tag}`], []);
      expect(await Promise.all(tags.map(run))).toEqual(tags.map(() => 1));
      for (const node of rig.nodes) await node.cli('SCRIPT', 'FLUSH');
      expect(await Promise.all(tags.map(run))).toEqual(tags.map(() => 2));
      expect(await detailOf(connection.script(script, ['g:1', 'g:2'], []))).toMatch(/CROSSSLOT/);
    });

    test('sends the commands of one turn in one write to each master', async () => {
      const connection = await connect(rig.location('g:'));
      const countReads = async (): Promise<number> => {
        const stats = await Promise.all(connection.masters().map((master) => master.command('INFO', 'stats')));
        return stats.reduce(
          (sum: number, text) => sum + Number(/total_reads_processed:(\d+)/.exec(String(text))?.[1]),
          0,
        );
      };
      const before = await countReads();
      await setAll(connection);
      // Three for the commands, three for the INFO that counts
      expect((await countReads()) - before).toBe(6);
    });

    test('one node to begin with is enough', async () => {
      const gone = { host: '127.0.0.1', port: await freePort() };
      const last = { host: '127.0.0.1', port: rig.nodes[2]?.port ?? 0 };
      const connection = await connect({ ...rig.location('g:'), servers: { shape: 'cluster', nodes: [gone, last] } });
      await setAll(connection);
      expect(connection.masters().map(({ address }) => address)).toEqual(
        rig.nodes.map(({ port }) => `127.0.0.1:${port}`),
      );
    });

    test('check writes to every master', async () => {
      const connection = await connect(rig.location('g:'));
      for (const node of rig.nodes) await node.cli('FLUSHALL');
      await connection.check();
      for (const node of rig.nodes) expect(await node.cli('DBSIZE')).toBe('1');
      await rig.nodes[1]?.cli('CONFIG', 'SET', 'maxmemory', 1);
      expect(await detailOf(connection.check())).toContain(`127.0.0.1:${rig.nodes[1]?.port} is full: OOM`);
      await rig.nodes[1]?.cli('CONFIG', 'SET', 'maxmemory', 0);
    });

    test('a prefix with a hash tag keeps everything on one master, and is checked there', async () => {
      const connection = await connect(rig.location('{g}:'));
      await connection.check();
    });

    test('nobody is there: each node is named', async () => {
      const nodes = [1, 2].map(async () => ({ host: '127.0.0.1', port: await freePort() }));
      const gone = await Promise.all(nodes);
      const detail = await detailOf(connect({ ...rig.location('g:'), servers: { shape: 'cluster', nodes: gone } }));
      for (const { port } of gone) expect(detail).toContain(`127.0.0.1:${port} is not there`);
    });

    test('a command follows its key, before, while and after it moves', async () => {
      const connection = await connect(rig.location('g:'));
      const [here, there] = ['g:x{move}', 'g:y{move}'];
      await connection.command('SET', here, 1);
      await connection.command('SET', there, 1);
      const from = await rig.masterOf(here);
      const to = rig.nodes.find((node) => node !== from) as typeof from;
      const slot = await from.cli('CLUSTER', 'KEYSLOT', here);
      const [fromId, toId] = [await from.cli('CLUSTER', 'MYID'), await to.cli('CLUSTER', 'MYID')];

      await to.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', fromId);
      await from.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', toId);
      const account = ['AUTH2', 'rig', 'rig-password'];
      const move = (key: string) => from.cli('MIGRATE', '127.0.0.1', to.port, key, 0, 5000, ...account);
      await move(there);
      // One key is here, one is there: ASK for what has gone or is new, TRYAGAIN for both at once
      expect(await Promise.all([here, there].map((key) => connection.command('INCR', key)))).toEqual([2, 2]);
      expect(await connection.command('SET', 'g:new{move}', 1)).toBe('OK');
      expect(await to.cli('--no-raw', 'CLUSTER', 'COUNTKEYSINSLOT', slot)).toMatch(/2/);
      const both = connection.script(script, [here, there], []);
      await move(here);
      expect(await both).toBe(3);

      for (const node of [to, from]) await node.cli('CLUSTER', 'SETSLOT', slot, 'NODE', toId);
      expect(await connection.command('GET', here)).toBe('3');
      // The map was learnt anew: no more detours
      await untilWell(async () => {
        await from.cli('CONFIG', 'RESETSTAT');
        await Promise.all([here, there].map((key) => connection.command('GET', key)));
        expect(await from.cli('INFO', 'errorstats')).not.toContain('MOVED');
      });
    });
  });

  describe('one of whose masters goes away', () => {
    let rig: PrivateCluster;
    beforeAll(async () => {
      rig = await privateCluster({ replicas: 1 });
    }, 60_000);

    test('stopped: its keys are refused at once, the others are not, until its replica has taken over', async () => {
      const connection = await connect(rig.location('g:'));
      await setAll(connection);
      const lost = await rig.masterOf('g:0');
      const others = (await Promise.all(keys.map(async (key) => [key, await rig.masterOf(key)] as const))).flatMap(
        ([key, node]) => (node === lost ? [] : [key]),
      );
      lost.pause();
      const [mine, ...theirs] = await Promise.allSettled(
        ['g:0', ...others].map((key) => connection.command('GET', key)),
      );
      expect(mine).toMatchObject({ status: 'rejected', reason: { code: 'store-unavailable' } });
      expect(new Set(theirs.map(({ status }) => status))).toEqual(new Set(['fulfilled']));
      expect(await detailOf(connection.check())).toMatch(/no answer|does not answer/);
      // Its replica has what it had
      expect(await untilWell(() => connection.command('GET', 'g:0'))).toBe('g:0');
      await untilWell(() => connection.check());
      lost.resume();
      await untilWell(async () => expect(await lost.cli('ROLE')).toMatch(/^slave/));
      await setAll(connection);
    }, 60_000);

    test('killed: its replica is found, and it itself when it is a master again', async () => {
      const connection = await connect(rig.location('g:'));
      await setAll(connection);
      const lost = await rig.masterOf('g:1');
      await lost.kill();
      await untilTold(() => connection.command('GET', 'g:1'), /closed the connection|ECONNREFUSED/);
      expect(await untilWell(() => connection.command('GET', 'g:1'))).toBe('g:1');
      await lost.restart();
      await untilWell(async () => expect(await lost.cli('ROLE')).toMatch(/^slave\n.*\n.*\nconnected/));
      await untilWell(() => lost.cli('CLUSTER', 'FAILOVER', 'TAKEOVER'));
      await untilWell(async () => expect(await lost.cli('ROLE')).toMatch(/^master/));
      await untilWell(async () => {
        await setAll(connection);
        expect(connection.masters().map(({ address }) => address)).toContain(`127.0.0.1:${lost.port}`);
      });
    }, 60_000);

    test('without anybody to take over the whole Cluster is down, and says so', async () => {
      const connection = await connect(rig.location('g:'));
      const [lost, asked] = [await rig.masterOf('g:2'), await rig.masterOf('g:3')];
      expect(asked).not.toBe(lost);
      const id = await lost.cli('CLUSTER', 'MYID');
      const replica = new RegExp(`:(\\d+)@\\S+ slave ${id} `).exec(await lost.cli('CLUSTER', 'NODES'))?.[1];
      await rig.nodes.find(({ port }) => String(port) === replica)?.kill();
      await lost.kill();
      expect(await detailOf(connection.check())).not.toBe('it is well');
      await untilTold(() => connection.command('GET', 'g:3'), /says that the Cluster is down: CLUSTERDOWN/);
      await lost.restart();
      await untilWell(() => connection.check());
    }, 60_000);

    test('all of them stopped, then going again: found without a restart', async () => {
      const connection = await connect(rig.location('g:'));
      for (const node of rig.nodes) node.pause();
      await Promise.all(keys.map(async (key) => detailOf(connection.command('GET', key))));
      await untilTold(() => connection.check(), /no answer|does not answer/);
      for (const node of rig.nodes) node.resume();
      await untilWell(() => connection.check());
    }, 60_000);
  });

  describe('behind TLS and accounts', () => {
    const account = { username: 'gakumon', password: 'open-sesame' };
    let rig: PrivateCluster;
    beforeAll(async () => {
      const rights = '~g:* +@read +@write +@scripting +@connection -@dangerous';
      const acl = [
        'user default off',
        `user gakumon on >open-sesame ${rights} +cluster|slots`,
        `user short on >open-sesame ${rights}`,
      ];
      rig = await privateCluster({ tls: true, acl });
    }, 60_000);

    test('comes in', async () => {
      const connection = await connect(rig.location('g:', account));
      await setAll(connection);
    });

    test('is told what it may not', async () => {
      expect(await detailOf(connect(rig.location('g:', { ...account, username: 'short' })))).toMatch(/NOPERM.*cluster/);
      expect(await detailOf(connect(rig.location('g:', { ...account, password: 'x' })))).toMatch(/WRONGPASS/);
      expect(await detailOf(connect(rig.location('g:', { ...account, tls: { ca: undefined } })))).toMatch(/unknown CA/);
    });
  });
});
