import {
  prepareRedis,
  type RedisAccess,
  type RedisProcess,
  type RedisRigOptions,
  startRedis,
  writeRedisLines,
} from './redisServer.ts';

/** One Redis server of the test file's own. */
export type PrivateRedis = RedisProcess & {
  /** PEM of the CA that signed its certificate; undefined without TLS. */
  readonly ca: string | undefined;
  /** Where it is, as `openRedisConnection` wants it. @param changes e.g. `{ username, password }` */
  location(prefix: string, changes?: Partial<RedisAccess>): RedisSingleLocation;
};

export type RedisSingleLocation = RedisAccess & {
  readonly servers: {
    readonly shape: 'single';
    readonly host: string;
    readonly port: number;
    readonly database: number;
  };
};

/**
 * Starts one Redis server on loopback that keeps nothing on disk. Make one for a whole test file (`beforeAll`), and let
 * tests differ by their prefixes.
 * @throws Error with its output when it does not come up
 */
export async function privateRedis(options: RedisRigOptions = {}): Promise<PrivateRedis> {
  const prepared = await prepareRedis(options);
  const server = await startRedis({ mode: 'server', ...prepared, lines: writeRedisLines(options) });
  const tls = prepared.tls && { ca: prepared.tls.ca };
  return {
    ...server,
    ca: tls?.ca,
    location: (prefix, changes = {}) => ({
      kind: 'redis',
      servers: { shape: 'single', host: '127.0.0.1', port: server.port, database: 0 },
      username: undefined,
      password: undefined,
      tls,
      prefix,
      ...changes,
    }),
  };
}
