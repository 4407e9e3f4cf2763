import type { AuthenticationFact, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import { hours, minutes, type SessionId, type Username } from '@gakumon/terms';
import { type PrivateRedis, privateRedis, type RedisRigOptions } from '@gakumon/testkit';
import { afterAll, beforeAll } from '@jest/globals';
import { start } from '../../conformance/subject.ts';
import { openRedisConnection } from '../connection/openRedisConnection.ts';
import { createRedisKeys, type RedisKeys } from '../keys.ts';
import { openRedisTransient, type RedisStores } from '../openRedisTransient.ts';
import type { RedisConnection } from '../redisConnection.ts';

export const caseCapacity = 7;

/** Every transient port under a prefix that no other test has. */
export type Shelf = {
  readonly stores: RedisStores;
  readonly connection: RedisConnection;
  readonly keys: RedisKeys;
  /** What could not be read, as the operator is told. */
  readonly told: readonly string[];
  setNow(now: number): void;
};

export type RedisBench = { server(): PrivateRedis; openShelf(capacity?: number): Promise<Shelf> };

/** One server for the tests of a file. */
export function setUpRedis(options: RedisRigOptions = {}): RedisBench {
  let server: PrivateRedis | undefined;
  let shelves = 0;
  const opened: RedisConnection[] = [];
  const running = (): PrivateRedis => {
    if (server === undefined) throw new Error('no server yet');
    return server;
  };
  beforeAll(async () => {
    server = await privateRedis(options);
  });
  afterAll(async () => {
    await Promise.all(opened.map((connection) => connection.close()));
  });
  return {
    server: running,
    async openShelf(capacity = caseCapacity) {
      shelves += 1;
      const connection = await openRedisConnection(running().location(`shelf${shelves}:`), { patienceMs: 10_000 });
      opened.push(connection);
      let now = start;
      const told: string[] = [];
      const tell = (kind: string, id: string) => void told.push(`${kind} ${id}`);
      const stores = openRedisTransient(connection, () => now, capacity, tell);
      const setNow = (to: number): void => {
        now = to;
      };
      return { stores, connection, keys: createRedisKeys(connection.prefix), told, setNow };
    },
  };
}

/** A session as an everyday one is. */
export function everydaySession(id: string, changes: Partial<SsoSession> = {}): SsoSession {
  return {
    id: id.padEnd(22, '-') as SessionId,
    username: 's1234567' as Username,
    facts: [everydayFact(0)],
    serviceProviders: [],
    createdAt: start,
    idleAt: start + minutes(60),
    expiresAt: start + hours(8),
    ...changes,
  };
}

export function everydayFact(index: number): AuthenticationFact {
  return {
    authenticator: 'password',
    at: start + index,
    address: '2001:db8:1234:5678:9abc:def0:1234:5678',
    passwordVersion: 'q83vEjRWeJASNFZ4kKvN7w',
  };
}

export function everydayVisit(index: number): SessionServiceProvider {
  return {
    entityId: `https://library-portal-${String(index).padStart(3, '0')}.example.ac.jp/shibboleth-sp`,
    nameId: {
      format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient',
      value: `_${'0123456789abcdef'.repeat(2)}`,
    },
    at: start + index,
  };
}
