import { once } from 'node:events';
import { type AddressInfo, createServer } from 'node:net';
import { inspect } from 'node:util';
import { isGakumonError } from '@gakumon/terms';
import {
  describeWith,
  freePort,
  type PrivateRedis,
  privateRedis,
  type RedisRigOptions,
  redisPrograms,
} from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import type { RedisLocation } from '../../locations.ts';
import { openRedisConnection } from './openRedisConnection.ts';
import { connect, detailOf } from './trials/connections.ts';

const password = 'open-sesame';
const everything = `user gakumon on >${password} ~g:* +@all`;

/** What an operator is told when a connection is refused. */
async function refusalOf(location: RedisLocation): Promise<{ detail: string; hint: string }> {
  const error = await openRedisConnection(location).then(
    () => new Error('it was opened'),
    (thrown: unknown) => thrown,
  );
  expect(inspect(error, { depth: 10, showHidden: true })).not.toContain(password);
  if (!isGakumonError(error) || error.code !== 'store-unavailable') throw error;
  return { detail: error.detail ?? '', hint: error.hint ?? '' };
}

const withRedis = async (options: RedisRigOptions, work: (redis: PrivateRedis) => Promise<void>): Promise<void> => {
  const redis = await privateRedis(options);
  await work(redis);
  await redis.kill();
};

describeWith(redisPrograms, 'a connection that Redis refuses', () => {
  describe('to an account', () => {
    const closed = ['user default off', everything];

    test.each<[string, Partial<RedisLocation>, RegExp, RegExp]>([
      ['a wrong password', { username: 'gakumon', password: `${password}!` }, /password.*WRONGPASS/, /ACL LIST/],
      ['an unknown user', { username: 'nobody', password }, /password.*WRONGPASS/, /ACL LIST/],
      ['no password', {}, /password.*NOAUTH/, /ACL LIST/],
      ['the keys of others', { username: 'gakumon', password, prefix: 'x:' }, /does not permit/, /~PREFIX\*/],
    ])('%s', (_what, changes, detail, hint) =>
      withRedis({ acl: closed }, async (redis) => {
        const refusal = await refusalOf(redis.location('g:', changes));
        expect(refusal.detail).toMatch(detail);
        expect(refusal.detail).toContain(`127.0.0.1:${redis.port}`);
        expect(refusal.hint).toMatch(hint);
      }),
    );

    test.each(['-set', '-evalsha -eval', '-@scripting', '-@write'])('with %s', (missing) =>
      withRedis({ acl: [`${everything} ${missing}`] }, async (redis) => {
        const refusal = await refusalOf(redis.location('g:', { username: 'gakumon', password }));
        expect(refusal.detail).toMatch(/does not permit/);
      }),
    );

    test('the right account comes in, with no right but its own', () =>
      withRedis(
        {
          acl: [
            'user default off',
            `user gakumon on >${password} ~g:* +@read +@write +@scripting +@connection -@dangerous`,
          ],
        },
        async (redis) => {
          const connection = await connect(redis.location('g:', { username: 'gakumon', password }));
          expect(await connection.command('SET', 'g:a', 1, 'PX', 1000)).toBe('OK');
          expect(await detailOf(connection.command('GET', 'x:a'))).toMatch(/does not permit.*NOPERM/);
          expect(await detailOf(connection.command('FLUSHALL'))).toMatch(/does not permit.*NOPERM/);
        },
      ));

    test('a password for all, as before there were accounts', () =>
      withRedis({ config: { requirepass: password } }, async (redis) => {
        expect((await refusalOf(redis.location('g:'))).detail).toMatch(/NOAUTH/);
        await connect(redis.location('g:', { password }));
      }));
  });

  describe('by its address', () => {
    const elsewhere = async (host: string, port?: number): Promise<RedisLocation> => ({
      kind: 'redis',
      servers: { shape: 'single', host, port: port ?? (await freePort()), database: 0 },
      username: undefined,
      password,
      tls: undefined,
      prefix: 'g:',
    });

    test('nobody listens', async () => {
      expect((await refusalOf(await elsewhere('127.0.0.1'))).detail).toMatch(/refused \(ECONNREFUSED\)/);
    });

    test('nobody knows the name', async () => {
      expect((await refusalOf(await elsewhere('redis.invalid'))).detail).toMatch(/ENOTFOUND|EAI_AGAIN/);
    });

    test('it stands still', () =>
      withRedis({}, async (redis) => {
        redis.pause();
        expect((await refusalOf(redis.location('g:', { password }))).detail).toMatch(/does not answer/);
        expect((await refusalOf(redis.location('g:'))).detail).toMatch(/does not answer/);
      }));

    test('it takes connections from its own machine only, and hangs up before it is asked', async () => {
      const denial =
        '-DENIED Redis is running in protected mode because protected mode is enabled and no password is set.\r\n';
      const server = createServer((socket) => socket.on('error', () => {}).end(denial)).listen(0, '127.0.0.1');
      await once(server, 'listening');
      const refusal = await refusalOf(await elsewhere('127.0.0.1', (server.address() as AddressInfo).port));
      server.close();
      expect(refusal.detail).toMatch(/own machine only \(protected mode\)/);
      expect(refusal.hint).toMatch(/redis\.acl/);
    });

    test('it has no such database', () =>
      withRedis({}, async (redis) => {
        const location = redis.location('g:');
        const refusal = await refusalOf({ ...location, servers: { ...location.servers, database: 99 } });
        expect(refusal.detail).toMatch(/DB index is out of range/);
      }));

    test('it is a replica', () =>
      withRedis({}, async (redis) => {
        await redis.cli('REPLICAOF', '127.0.0.1', await freePort());
        expect(await refusalOf(redis.location('g:'))).toMatchObject({
          detail: expect.stringMatching(/is a replica/),
          hint: expect.stringMatching(/master/),
        });
      }));

    test('it is a node of a Cluster, and named as one server', () =>
      withRedis({ config: { 'cluster-enabled': 'yes', 'cluster-port': 0 } }, async (redis) => {
        expect((await refusalOf(redis.location('g:'))).hint).toMatch(/cluster: …/);
      }));

    test('it is one server, and named as a Cluster or a Sentinel', () =>
      withRedis({}, async (redis) => {
        const hosts = [{ host: '127.0.0.1', port: redis.port }];
        const cluster: RedisLocation = { ...redis.location('g:'), servers: { shape: 'cluster', nodes: hosts } };
        expect((await refusalOf(cluster)).detail).toMatch(/not a node of a Cluster/);
        const account = { sentinelUsername: undefined, sentinelPassword: undefined };
        const servers = { shape: 'sentinel' as const, name: 'gakumon', sentinels: hosts, ...account };
        expect((await refusalOf({ ...redis.location('g:'), servers })).detail).toMatch(/not a Sentinel/);
      }));
  });

  describe('by TLS', () => {
    test('comes in by the right name and CA', () =>
      withRedis({ tls: true, acl: ['user default off', everything] }, async (redis) => {
        const connection = await connect(redis.location('g:', { username: 'gakumon', password }));
        expect(await connection.command('SET', 'g:a', 1)).toBe('OK');
        expect((await refusalOf(redis.location('g:', { username: 'gakumon', password: 'x' }))).detail).toMatch(
          /WRONGPASS/,
        );
      }));

    test('by a host name too', () =>
      withRedis({ tls: { names: 'DNS:localhost' } }, async (redis) => {
        const { servers } = redis.location('g:');
        await connect({ ...redis.location('g:'), servers: { ...servers, host: 'localhost' } });
        expect((await refusalOf(redis.location('g:'))).detail).toMatch(/certificate for another name/);
      }));

    test('a certificate for another name', () =>
      withRedis({ tls: { names: 'DNS:redis.example.ac.jp' } }, async (redis) => {
        expect((await refusalOf(redis.location('g:'))).detail).toMatch(/certificate for another name/);
      }));

    test('a certificate of a CA that is not ours', () =>
      withRedis({ tls: true }, async (redis) => {
        const other = await privateRedis({ tls: true });
        const refusal = await refusalOf(redis.location('g:', { tls: { ca: other.ca } }));
        expect(refusal.detail).toMatch(/certificate of an unknown CA/);
        expect((await refusalOf(redis.location('g:', { tls: { ca: undefined } }))).detail).toMatch(/unknown CA/);
      }));

    test('plain text where TLS is spoken, and the other way round', () =>
      withRedis({ tls: true }, async (redis) => {
        expect((await refusalOf(redis.location('g:', { tls: undefined, password }))).hint).toMatch(/rediss:/);
        await withRedis({}, async (plain) => {
          const refusal = await refusalOf(plain.location('g:', { tls: { ca: redis.ca }, password }));
          expect(refusal.detail).toMatch(/TLS/);
        });
      }));
  });
});
