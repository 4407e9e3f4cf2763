import { isLoopbackHost } from '@gakumon/terms';
import type { HostConfig, RecordsConfig, Secret } from '../config.ts';
import { byForm, object, path, secret, text, z } from '../schema.ts';
import { isRepeated, parseHost } from './hosts.ts';
import { type Complain, parseStoreUrl, type StoreUrl } from './storeUrl.ts';

type PostgresConfig = Extract<RecordsConfig, { kind: 'postgres' }>;
type PostgresAddress = Pick<PostgresConfig, 'hosts' | 'database' | 'user'> & { readonly encrypted: boolean };

const usualPort = 5432;
/** Enough for a node at full load: a login writes a few short rows. */
const usualPool = 10;

/** `stores.records`: a path, `memory`, the address of a PostgreSQL, or { postgres: … }. */
export const recordsSchema = (folder: string) =>
  byForm<RecordsConfig>((value) => {
    if (typeof value === 'object' && value !== null) return postgresGroup(folder);
    if (typeof value === 'string' && /^postgres(ql)?:/i.test(value)) return postgresAddress;
    return file(folder);
  });

const file = (folder: string) =>
  text
    .refine((value) => !/^[a-z]+:\/\//i.test(value), {
      error: 'must be a file, memory, or postgres://USER@HOST/DATABASE',
    })
    .pipe(z.union([z.literal('memory'), path(folder)]))
    .transform((value): RecordsConfig => (value === 'memory' ? { kind: 'memory' } : { kind: 'sqlite', file: value }));

const address = text.transform((written, context): PostgresAddress => {
  const parsed = parsePostgresUrl(written, (message) => context.addIssue(message));
  return parsed ?? z.NEVER;
});

const postgresAddress = address.transform((parsed) => toPostgres(parsed, { pool: usualPool }));

const postgresGroup = (folder: string) =>
  object({
    postgres: object({
      url: address,
      password: secret(folder).optional(),
      ca: path(folder).optional(),
      pool: z
        .int()
        .min(2, { error: 'must be 2 or more' })
        .max(200, { error: 'must be 200 or less' })
        .default(usualPool),
    }).transform(({ url, ...rest }, context) => {
      if (rest.ca !== undefined && !url.encrypted) {
        context.addIssue({ code: 'custom', path: ['ca'], message: 'has no use with sslmode=disable' });
      }
      return toPostgres(url, rest);
    }),
  }).transform(({ postgres }): RecordsConfig => postgres);

function toPostgres(
  { hosts, database, user, encrypted }: PostgresAddress,
  { password, ca, pool }: { password?: Secret | undefined; ca?: string | undefined; pool: number },
): PostgresConfig {
  return { kind: 'postgres', hosts, database, user, password, tls: encrypted ? { ca } : undefined, pool };
}

function parsePostgresUrl(written: string, complain: Complain): PostgresAddress | undefined {
  const url = parseStoreUrl(written, 'postgres', complain);
  if (url === undefined) return undefined;
  if (!/^postgres(ql)?$/.test(url.scheme)) complain('must begin with postgres://');
  if (url.user === undefined) complain('names no user: postgres://USER@HOST/DATABASE');
  if (url.path === '') complain('names no database: postgres://USER@HOST/DATABASE');
  const hosts = parseHosts(url.hosts, complain);
  return { hosts, database: url.path, user: url.user ?? '', encrypted: decideEncryption(url, hosts, complain) };
}

function parseHosts(written: string, complain: Complain): readonly HostConfig[] {
  const hosts = written.split(',').map((part) => parseHost(part, usualPort));
  const good = hosts.filter((host) => host !== undefined);
  if (good.length < hosts.length)
    complain('must name hosts as host, host:port or [IPv6 address]:port, with commas between');
  if (isRepeated(good)) complain('names a host twice');
  return good;
}

/** What libpq calls so, and what to do instead where it is not taken here. */
const otherParameters: ReadonlyMap<string, string> = new Map([
  ['sslrootcert', 'write { postgres: { url: …, ca: FILE } } instead of sslrootcert'],
  ['target_session_attrs', 'the first host that takes writes is used in any case; leave target_session_attrs out'],
]);

function decideEncryption({ query }: StoreUrl, hosts: readonly HostConfig[], complain: Complain): boolean {
  for (const parameter of query.keys()) {
    if (parameter === 'sslmode') continue;
    complain(otherParameters.get(parameter) ?? 'has an unknown parameter (known here: sslmode)');
  }
  switch (query.get('sslmode') ?? 'verify-full') {
    case 'verify-full':
      return true;
    case 'disable':
      if (!hosts.every(({ host }) => isLoopbackHost(host))) {
        complain(
          'sslmode=disable is for this very machine only: passwords and sessions would cross the network in the clear',
        );
      }
      return false;
    default:
      complain(
        'sslmode must be verify-full (what is meant when nothing is said) or, on this very machine, disable; the others encrypt without knowing to whom',
      );
      return true;
  }
}
