import { describeWith, privateCluster, privateRedis, type RedisProcess, redisPrograms } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { start } from '../conformance/subject.ts';
import type { RedisLocation } from '../locations.ts';
import { aclSetUser, commandTable } from './commands.ts';
import { inspectRedis } from './connection/inspectRedis.ts';
import { openRedisConnection } from './connection/openRedisConnection.ts';
import { openRedisTransient } from './openRedisTransient.ts';
import type { RedisConnection } from './redisConnection.ts';
import { caseCapacity } from './testing/redisBench.ts';
import { useEveryPort } from './testing/useEveryPort.ts';

const user = { username: 'gakumon', password: 'secret-word' };

describeWith(redisPrograms, 'a Redis user with the rights that docs/redis-keys.md gives', () => {
  test('may do all that Gakumon does, and needs each of them', async () => {
    const server = await privateRedis({ acl: ['user default off'] });
    const place = server.location('gkm:', user);
    // In a database of another number, so that one is chosen
    await useWithRights([server], { ...place, servers: { ...place.servers, database: 3 } });
    const cluster = await privateCluster({ acl: ['user default off'] });
    await useWithRights(cluster.nodes, cluster.location('gkm:', user), async (connection) => {
      const key = 'gkm:on-its-way';
      await handOver(key, await cluster.masterOf(key), cluster.nodes);
      await connection.command('get', key);
    });
    const used = (await Promise.all([server, ...cluster.nodes].map(usedCommands))).flat();
    const granted = commandTable.flatMap(([, commands]) => commands);
    expect(granted.filter((name) => !used.includes(name))).toEqual([]);
  });

  test('may touch no key of anybody else, and give no orders to the server', async () => {
    const server = await privateRedis({ acl: ['user default off'] });
    await withRights([server], server.location('gkm:', user), async (connection) => {
      const refused = [
        () => connection.command('set', 'other:key', 'x'),
        () => connection.command('get', 'other:key'),
        () => connection.command('keys', '*'),
        () => connection.command('flushall'),
        () => connection.command('config', 'get', '*'),
        () => connection.script({ name: 'theft', lua: "return redis.call('GET', KEYS[1])" }, ['other:key'], []),
        () => connection.script({ name: 'flush', lua: "return redis.call('FLUSHALL')" }, ['gkm:x'], []),
      ];
      for (const call of refused) await expect(call()).rejects.toMatchObject({ code: 'store-unavailable' });
    });
  });
});

async function withRights(
  nodes: readonly RedisProcess[],
  location: RedisLocation,
  use: (connection: RedisConnection) => Promise<void>,
): Promise<void> {
  const rights = aclSetUser(user.username, user.password, 'gkm:').split(' ');
  for (const node of nodes) await node.cli(...rights);
  const connection = await openRedisConnection(location, { patienceMs: 10_000 });
  try {
    await use(connection);
  } finally {
    await connection.close();
  }
}

/** Uses everything, and sees that Redis refused nothing. */
async function useWithRights(
  nodes: readonly RedisProcess[],
  location: RedisLocation,
  more: (connection: RedisConnection) => Promise<void> = async () => {},
): Promise<void> {
  await withRights(nodes, location, async (connection) => {
    await useEveryPort(openRedisTransient(connection, () => start, caseCapacity));
    await connection.check();
    await more(connection);
    for (const node of nodes) expect(await node.cli('ACL', 'LOG')).toBe('');
    await inspectRedis(connection);
  });
}

/** Leaves the slot of a key half-way from its master to another. */
async function handOver(key: string, master: RedisProcess, nodes: readonly RedisProcess[]): Promise<void> {
  const next = nodes.find((node) => node !== master);
  if (next === undefined) throw new Error('one node has nobody to give a slot to');
  const slot = await master.cli('CLUSTER', 'KEYSLOT', key);
  await next.cli('CLUSTER', 'SETSLOT', slot, 'IMPORTING', await master.cli('CLUSTER', 'MYID'));
  await master.cli('CLUSTER', 'SETSLOT', slot, 'MIGRATING', await next.cli('CLUSTER', 'MYID'));
}

async function usedCommands(node: RedisProcess): Promise<string[]> {
  const stats = await node.cli('INFO', 'commandstats');
  return [...stats.matchAll(/^cmdstat_([^:]+):calls=/gm)].map(([, name]) => name ?? '');
}
