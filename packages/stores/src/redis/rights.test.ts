import { describeWith, redisPrograms } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { start } from '../conformance/subject.ts';
import { aclSetUser, commandTable } from './commands.ts';
import { openRedisConnection } from './connection/openRedisConnection.ts';
import { openRedisTransient } from './openRedisTransient.ts';
import { setUpRedis } from './testing/redisBench.ts';
import { useEveryPort } from './testing/useEveryPort.ts';

/** What only Clusters, and databases that have a number, need. */
const neededElsewhere = ['select', 'cluster|slots'];

describeWith(redisPrograms, 'a Redis user with the rights that docs/redis-keys.md gives', () => {
  const redis = setUpRedis({ acl: ['user default off'] });
  const location = () => redis.server().location('gkm:', { username: 'gakumon', password: 'secret-word' });

  beforeAll(async () => {
    await redis.server().cli(...aclSetUser('gakumon', 'secret-word', 'gkm:').split(' '));
  });

  test('may do all that Gakumon does, and needs each of them', async () => {
    await redis.server().cli('CONFIG', 'RESETSTAT');
    const connection = await openRedisConnection(location());
    try {
      await useEveryPort(openRedisTransient(connection, () => start, 7));
      await connection.check();
    } finally {
      await connection.close();
    }
    expect(await redis.server().cli('ACL', 'LOG')).toBe('');
    const used = await usedCommands();
    const granted = commandTable.flatMap(([, commands]) => commands).filter((name) => !neededElsewhere.includes(name));
    expect(granted.filter((name) => !used.has(name))).toEqual([]);
  });

  test('may touch no key of anybody else, and give no orders to the server', async () => {
    const connection = await openRedisConnection(location());
    try {
      const refused = [
        connection.command('set', 'other:key', 'x'),
        connection.command('get', 'other:key'),
        connection.command('keys', '*'),
        connection.command('flushall'),
        connection.command('config', 'get', '*'),
        connection.script({ name: 'theft', lua: "return redis.call('GET', KEYS[1])" }, ['other:key'], []),
        connection.script({ name: 'flush', lua: "return redis.call('FLUSHALL')" }, ['gkm:x'], []),
      ];
      for (const answer of refused) {
        await expect(answer).rejects.toMatchObject({ code: 'store-unavailable' });
      }
    } finally {
      await connection.close();
    }
  });

  async function usedCommands(): Promise<Set<string>> {
    const stats = await redis.server().cli('INFO', 'commandstats');
    return new Set([...stats.matchAll(/^cmdstat_([^:]+):calls=/gm)].map(([, name]) => name ?? ''));
  }
});
