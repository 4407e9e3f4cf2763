import type { HostConfig, Secret, SessionsConfig, TlsConfig } from '../config.ts';
import { byForm, type Issue, object, path, secret, text, withRule, z } from '../schema.ts';
import { hostList, parseHost } from './hosts.ts';
import { type Complain, parseStoreUrl, storeName } from './storeUrl.ts';

type RedisConfig = Extract<SessionsConfig, { kind: 'redis' }>;
type RedisAddress = HostConfig & {
  readonly database: number;
  readonly encrypted: boolean;
  readonly user: string | undefined;
};

const usualPorts = { redis: 6379, sentinel: 26_379 };

const forms = 'must be records, memory, redis://HOST, rediss://HOST, { redis: … }, { sentinel: … } or { cluster: … }';

/** `stores.sessions`: beside the records, in memory, or in a Redis of any shape. */
export const sessionsSchema = (folder: string) =>
  byForm<SessionsConfig>((value) => {
    if (typeof value === 'object' && value !== null) return redisGroups(folder);
    if (typeof value === 'string' && /^rediss?:/i.test(value)) return redisAddress;
    return z.enum(['records', 'memory'], { error: forms }).transform((kind): SessionsConfig => ({ kind }));
  });

const address = text.transform((written, context): RedisAddress => {
  const parsed = parseRedisUrl(written, (message) => context.addIssue(message));
  return parsed ?? z.NEVER;
});

const withoutPassword = 'has a user, who needs a password: write { redis: { url: …, password: { file: … } } }';

const redisAddress = address.transform((url, context): SessionsConfig => {
  if (url.user !== undefined) context.addIssue(withoutPassword);
  return toSingle(url, { prefix: usualPrefix });
});

const redisGroups = (folder: string) =>
  withRule(
    object({
      redis: single(folder).optional(),
      sentinel: sentinel(folder).optional(),
      cluster: cluster(folder).optional(),
    }),
    nameOne,
  ).transform(({ redis, sentinel, cluster }): SessionsConfig => redis ?? sentinel ?? cluster ?? z.NEVER);

function nameOne(value: unknown): Issue[] {
  const named = Object.keys((value ?? {}) as object).filter((key) => ['redis', 'sentinel', 'cluster'].includes(key));
  return named.length === 1 ? [] : [{ path: [], message: 'name one of redis, sentinel and cluster' }];
}

const usualPrefix = 'gkm:';

/** Without braces: in a Cluster they would say where every key goes. */
const prefix = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9:._-]{0,31}$/, {
    error: 'must be 1 to 32 letters, digits, colons, dots, hyphens and underscores',
  })
  .default(usualPrefix);

/** Who we are for Redis, and how keys are called. */
const login = (folder: string) => ({ username: storeName.optional(), password: secret(folder).optional(), prefix });

const encryption = (folder: string) => ({
  tls: z.boolean({ error: 'must be true or false' }).default(false),
  ca: path(folder).optional(),
});

const single = (folder: string) =>
  object({ url: address, ...login(folder), ca: path(folder).optional() }).transform((given, context) => {
    const { url, username, password, ca } = given;
    const complain = (key: string, message: string) => context.addIssue({ code: 'custom', path: [key], message });
    if (url.user !== undefined && username !== undefined) complain('username', 'url names a user already');
    if ((url.user ?? username) !== undefined && password === undefined)
      complain('password', 'is missing: there is a user');
    if (ca !== undefined && !url.encrypted) complain('ca', 'has no use with redis://; write rediss://');
    return toSingle(url, given);
  });

const sentinel = (folder: string) =>
  withRule(
    object({
      name: storeName,
      sentinels: hostList(usualPorts.sentinel),
      ...login(folder),
      sentinelUsername: storeName.optional(),
      sentinelPassword: secret(folder).optional(),
      ...encryption(folder),
    }),
    keysGoTogether,
  ).transform(
    ({ name, sentinels, sentinelUsername, sentinelPassword, tls, ca, username, password, prefix }): RedisConfig => {
      const servers = { shape: 'sentinel', name, sentinels, sentinelUsername, sentinelPassword } as const;
      return { kind: 'redis', servers, username, password, tls: tls ? { ca } : undefined, prefix };
    },
  );

const cluster = (folder: string) =>
  withRule(
    object({ nodes: hostList(usualPorts.redis), ...login(folder), ...encryption(folder) }),
    keysGoTogether,
  ).transform(({ nodes, username, password, tls, ca, prefix }): RedisConfig => {
    const servers = { shape: 'cluster', nodes } as const;
    return { kind: 'redis', servers, username, password, tls: tls ? { ca } : undefined, prefix };
  });

function keysGoTogether(value: unknown): Issue[] {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const lonely = [
    ['username', 'password'],
    ['sentinelUsername', 'sentinelPassword'],
  ].flatMap(([user = '', password = '']): Issue[] =>
    given[user] !== undefined && given[password] === undefined
      ? [{ path: [password], message: 'is missing: there is a user' }]
      : [],
  );
  const unused: Issue = { path: ['ca'], message: 'has no use without tls: true' };
  return given.ca !== undefined && given.tls !== true ? [...lonely, unused] : lonely;
}

type SingleSettings = {
  readonly username?: string | undefined;
  readonly password?: Secret | undefined;
  readonly ca?: string | undefined;
  readonly prefix: string;
};

function toSingle(
  { host, port, database, encrypted, user }: RedisAddress,
  { username, password, ca, prefix }: SingleSettings,
): RedisConfig {
  const tls: TlsConfig | undefined = encrypted ? { ca } : undefined;
  return {
    kind: 'redis',
    servers: { shape: 'single', host, port, database },
    username: user ?? username,
    password,
    tls,
    prefix,
  };
}

function parseRedisUrl(written: string, complain: Complain): RedisAddress | undefined {
  const url = parseStoreUrl(written, 'redis', complain);
  if (url === undefined) return undefined;
  if (!/^rediss?$/.test(url.scheme)) complain('must begin with redis:// or, with TLS, rediss://');
  const host = parseHost(url.hosts, usualPorts.redis);
  if (host === undefined) complain('must name one host as host, host:port or [IPv6 address]:port');
  if (!/^\d{0,4}$/.test(url.path))
    complain('must end with the number of a database, or nothing, such as redis://HOST/2');
  if (url.query.size > 0) complain('has a parameter, and none is known here');
  return {
    ...(host ?? { host: '', port: usualPorts.redis }),
    database: Number(url.path),
    encrypted: url.scheme === 'rediss',
    user: url.user,
  };
}
