import { isGakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../loadConfig.ts';

const head = `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
directory: [{ name: local, file: users.yaml }]
`;

/** The stores of a configuration in /site whose `stores` is the text; it begins in line 8. */
const read = (stores: string) => parseConfig(`${head}stores:\n${stores}\n`, '/site/gakumon.yaml').stores;
const recordsOf = (text: string) => read(`  records: ${text}`).records;
const sessionsOf = (text: string) => read(`  sessions: ${text}`).sessions;

/** What it complains of, without the file's name. */
function mistakesIn(stores: string): readonly string[] {
  try {
    read(stores);
  } catch (error) {
    if (!isGakumonError(error) || error.code !== 'config-invalid') throw error;
    return (error.detail ?? '').split('\n').map((line) => line.replace('/site/gakumon.yaml:', ''));
  }
  throw new Error('it was taken');
}

/** The first mistake in the single value of a key of `stores`, in its words alone. */
const wordsAbout = (key: string, text: string): string =>
  (mistakesIn(`  ${key}: ${text}`)[0] ?? '').replace(/^\d+: [\w.[\]]+: /, '');

const postgres = {
  kind: 'postgres',
  hosts: [{ host: 'db.example.ac.jp', port: 5432 }],
  database: 'gakumon',
  user: 'idp',
  password: undefined,
  tls: { ca: undefined },
  pool: 10,
};

describe('records', () => {
  test.each([
    ['memory', { kind: 'memory' }],
    ['records.db', { kind: 'sqlite', file: '/site/records.db' }],
    ['/var/lib/records.db', { kind: 'sqlite', file: '/var/lib/records.db' }],
    ['postgres://idp@db.example.ac.jp/gakumon', postgres],
    ['postgresql://idp@db.example.ac.jp/gakumon?sslmode=verify-full', postgres],
    [
      "'postgres://i%40dp@[::1]/gaku%2Fmon?sslmode=disable'",
      {
        ...postgres,
        user: 'i@dp',
        database: 'gaku/mon',
        hosts: [{ host: '::1', port: 5432 }],
        tls: undefined,
      },
    ],
    [
      'postgres://idp@127.0.0.1:5433,localhost/gakumon?sslmode=disable',
      {
        ...postgres,
        hosts: [
          { host: '127.0.0.1', port: 5433 },
          { host: 'localhost', port: 5432 },
        ],
        tls: undefined,
      },
    ],
    [
      '{ postgres: { url: postgres://idp@db.example.ac.jp/gakumon, password: { env: PW }, ca: ca.pem, pool: 4 } }',
      {
        ...postgres,
        password: { env: 'PW' },
        tls: { ca: '/site/ca.pem' },
        pool: 4,
      },
    ],
    ['{ postgres: { url: postgres://idp@db.example.ac.jp/gakumon } }', postgres],
  ])('%s', (text, expected) => {
    expect(recordsOf(text)).toEqual(expected);
  });

  test.each([
    ['mysql://idp@db/gakumon', 'must be a file, memory, or postgres://USER@HOST/DATABASE'],
    ['redis://127.0.0.1', 'must be a file, memory, or postgres://USER@HOST/DATABASE'],
    ['POSTGRES://idp@db/gakumon', /^is no address of a store/],
    ['postgres:idp@db/gakumon', /^is no address of a store/],
    ['postgres://db/gakumon', 'names no user: postgres://USER@HOST/DATABASE'],
    ['postgres://idp@db', 'names no database: postgres://USER@HOST/DATABASE'],
    ['postgres://idp@/gakumon', /^must name hosts as/],
    ['postgres://idp@db:0/gakumon', /^must name hosts as/],
    ['postgres://idp@db:65536/gakumon', /^must name hosts as/],
    ['postgres://idp@a,,b/gakumon', /^must name hosts as/],
    ['postgres://idp@[12345]/gakumon', /^must name hosts as/],
    ['postgres://idp@db,DB:5432/gakumon', 'names a host twice'],
    ['postgres://i%zz@db/gakumon', /^has a % that begins no escape/],
    ['postgres://idp@db/gakumon?connect_timeout=5', 'has an unknown parameter (known here: sslmode)'],
    ['postgres://idp@db/gakumon?sslrootcert=ca.pem', /^write \{ postgres: \{ url: …, ca: FILE/],
    ['postgres://idp@db/gakumon?target_session_attrs=read-write', /^the first host that takes writes/],
    ['postgres://idp@db/gakumon?sslmode=disable', /^sslmode=disable is for this very machine only/],
    ['postgres://idp@127.0.0.1,db/gakumon?sslmode=disable', /^sslmode=disable is for this very machine only/],
    ['postgres://idp@127.0.0.1.example.org/gakumon?sslmode=disable', /^sslmode=disable is for this very machine only/],
    ['postgres://idp@db/gakumon?sslmode=require', /^sslmode must be verify-full.*without knowing to whom/],
    ['postgres://idp@db/gakumon?sslmode=prefer', /^sslmode must be verify-full/],
    ['{ postgres: { url: postgres://idp@db/g, pool: 1 } }', 'must be 2 or more'],
    [
      '{ postgres: { url: postgres://idp@localhost/g?sslmode=disable, ca: ca.pem } }',
      'has no use with sslmode=disable',
    ],
    ['{ postgres: {} }', 'is missing'],
    ['{ mysql: {} }', 'is missing'],
    ['7', 'must be text (put it in quotes)'],
  ])('attack or mistake: %s', (text, expected) => {
    const words = wordsAbout('records', text);
    if (typeof expected === 'string') expect(words).toBe(expected);
    else expect(words).toMatch(expected);
  });
});

const redis = {
  kind: 'redis',
  servers: { shape: 'single', host: 'redis.example.ac.jp', port: 6379, database: 0 },
  username: undefined,
  password: undefined,
  tls: undefined,
  prefix: 'gkm:',
};

describe('sessions', () => {
  test.each([
    ['records', { kind: 'records' }],
    ['memory', { kind: 'memory' }],
    ['redis://redis.example.ac.jp', redis],
    [
      "'rediss://[2001:db8::1]:6380/3'",
      {
        ...redis,
        servers: { shape: 'single', host: '2001:db8::1', port: 6380, database: 3 },
        tls: { ca: undefined },
      },
    ],
    [
      '{ redis: { url: rediss://idp@redis.example.ac.jp, password: { file: redis.pw }, ca: ca.pem, prefix: "a:b:" } }',
      {
        ...redis,
        username: 'idp',
        password: { file: '/site/redis.pw' },
        tls: { ca: '/site/ca.pem' },
        prefix: 'a:b:',
      },
    ],
    ['{ redis: { url: redis://redis.example.ac.jp, password: { env: PW } } }', { ...redis, password: { env: 'PW' } }],
    [
      '{ redis: { url: redis://redis.example.ac.jp, username: idp, password: { env: PW } } }',
      {
        ...redis,
        username: 'idp',
        password: { env: 'PW' },
      },
    ],
    [
      "{ sentinel: { name: main, sentinels: [a, 'b:1', '[::1]'], sentinelPassword: { env: S }, tls: true, ca: ca.pem } }",
      {
        ...redis,
        servers: {
          shape: 'sentinel',
          name: 'main',
          sentinels: [
            { host: 'a', port: 26_379 },
            { host: 'b', port: 1 },
            { host: '::1', port: 26_379 },
          ],
          sentinelUsername: undefined,
          sentinelPassword: { env: 'S' },
        },
        tls: { ca: '/site/ca.pem' },
      },
    ],
    [
      "{ cluster: { nodes: [a, 'b:7000'], username: idp, password: { env: PW } } }",
      {
        ...redis,
        servers: {
          shape: 'cluster',
          nodes: [
            { host: 'a', port: 6379 },
            { host: 'b', port: 7000 },
          ],
        },
        username: 'idp',
        password: { env: 'PW' },
      },
    ],
  ])('%s', (text, expected) => {
    expect(sessionsOf(text)).toEqual(expected);
  });

  test.each([
    ['sqlite', /^must be records, memory, redis:\/\/HOST/],
    ['postgres://idp@db/gakumon', /^must be records, memory, redis:\/\/HOST/],
    ['redis://a,b', 'must name one host as host, host:port or [IPv6 address]:port'],
    ['redis://', 'must name one host as host, host:port or [IPv6 address]:port'],
    ['redis://a/main', /^must end with the number of a database/],
    ['redis://a?db=3', 'has a parameter, and none is known here'],
    ['redis://idp@a', /^has a user, who needs a password/],
    ['{ redis: { url: redis://idp@a } }', 'is missing: there is a user'],
    ['{ redis: { url: redis://idp@a, username: other, password: { env: PW } } }', 'url names a user already'],
    ['{ redis: { url: redis://a, ca: ca.pem } }', 'has no use with redis://; write rediss://'],
    ['{ redis: { url: redis://a, prefix: "{gkm}" } }', /^must be 1 to 32 letters/],
    ['{ redis: { url: http://a } }', 'must begin with redis:// or, with TLS, rediss://'],
    ['{ redis: { url: redis://a }, cluster: { nodes: [a] } }', 'name one of redis, sentinel and cluster'],
    ['{}', 'name one of redis, sentinel and cluster'],
    ['{ sentinel: { name: main, sentinels: [] } }', 'name at least one'],
    ["{ sentinel: { name: main, sentinels: ['a:b'] } }", 'must be host, host:port or [IPv6 address]:port'],
    ['{ cluster: { nodes: [a, a] } }', 'names a host twice'],
    ['{ cluster: { nodes: [a], ca: ca.pem } }', 'has no use without tls: true'],
    ['{ cluster: { nodes: [a], username: idp } }', 'is missing: there is a user'],
  ])('attack or mistake: %s', (text, expected) => {
    const words = wordsAbout('sessions', text);
    if (typeof expected === 'string') expect(words).toBe(expected);
    else expect(words).toMatch(expected);
  });
});

describe('attack: whoever reads the messages must not learn a password', () => {
  test.each([
    'postgres://idp:hunter2@db/gakumon',
    'postgres://idp@db/gakumon?password=hunter2',
    'postgres://idp:hunter2/@db/gakumon',
    'postgres://idp:hunter2?@db/gakumon',
    'postgres://idp:hun#hunter2@db/gakumon',
    'postgres://idp:hun@hunter2@db/gakumon',
    'postgres://idp:%hunter2@db/gakumon',
    'postgres://hunter2:/db',
  ])('%s', (url) => {
    for (const text of [`'${url}'`, `{ postgres: { url: '${url}' } }`]) {
      expect(mistakesIn(`  records: ${text}`).join()).not.toMatch(/hun/);
    }
    const redisUrl = url.replace('postgres', 'redis');
    for (const text of [`'${redisUrl}'`, `{ redis: { url: '${redisUrl}' } }`]) {
      expect(mistakesIn(`  sessions: ${text}`).join()).not.toMatch(/hun/);
    }
  });

  test('and is told where it belongs', () => {
    expect(mistakesIn("  records: 'postgres://idp:hunter2@db/gakumon'\n  sessions: 'rediss://:hunter2@redis'")).toEqual(
      [
        '9: stores.records: a password never stands in this file: write { postgres: { url: …, password: { file: … } } }, or { env: … }',
        '10: stores.sessions: a password never stands in this file: write { redis: { url: …, password: { file: … } } }, or { env: … }',
      ],
    );
    expect(mistakesIn('  records: { postgres: { url: postgres://idp@db/gakumon, password: hunter2 } }')).toEqual([
      '9: stores.records.postgres.password: must be { file: … } or { env: … }; a secret never stands in this file',
    ]);
  });
});

test('all mistakes are told at once, each with its line', () => {
  const found = mistakesIn(`  records:
    postgres:
      url: postgres://db/gakumon?sslmode=allow
      pool: many
      password: x
      colour: green
  sessions:
    sentinel:
      sentinels:
        - a
        - 'b:b'
      prefix: ''
      username: idp
`);
  expect(found).toEqual([
    '11: stores.records.postgres.url: names no user: postgres://USER@HOST/DATABASE',
    expect.stringMatching(/^11: stores\.records\.postgres\.url: sslmode must be verify-full/),
    '12: stores.records.postgres.pool: must be a number',
    '13: stores.records.postgres.password: must be { file: … } or { env: … }; a secret never stands in this file',
    '14: stores.records.postgres.colour: unknown key (known here: url, password, ca, pool)',
    '16: stores.sessions.sentinel.name: is missing',
    '16: stores.sessions.sentinel.password: is missing: there is a user',
    '19: stores.sessions.sentinel.sentinels[2]: must be host, host:port or [IPv6 address]:port',
    expect.stringMatching(/^20: stores\.sessions\.sentinel\.prefix: must be 1 to 32 letters/),
  ]);
});

describe('attack: control characters in what stores are called', () => {
  test.each([
    ['records', 'postgres://i%00dp@db/gakumon'],
    ['records', 'postgres://idp@db/gaku%0Amon'],
    ['records', 'postgres://idp@db/gaku%1B%5B2Jmon'],
    ['records', 'postgres://idp@db/gaku%C2%9Bmon'],
    ['records', 'postgres://idp@db/gaku%E2%80%AEmon'],
    ['records', '"postgres://idp@db/gaku\\nmon"'],
    ['records', '"postgres://i\\edp@db/gakumon"'],
    ['records', '{ postgres: { url: postgres://idp%0D@db/gakumon } }'],
    ['sessions', '{ redis: { url: rediss://i%00dp@redis, password: { env: PW } } }'],
    ['sessions', '{ redis: { url: rediss://redis, username: "i\\ndp", password: { env: PW } } }'],
    ['sessions', '{ sentinel: { name: "my\\nmaster", sentinels: [s1] } }'],
    ['sessions', '{ sentinel: { name: "my\\e[2Jmaster", sentinels: [s1] } }'],
    [
      'sessions',
      '{ sentinel: { name: m, sentinels: [s1], sentinelUsername: "a\\tb", sentinelPassword: { env: PW } } }',
    ],
    ['sessions', '{ cluster: { nodes: [n1], username: "a\\u202Eb", password: { env: PW } } }'],
  ])('%s: %s', (key, text) => {
    expect(mistakesIn(`  ${key}: ${text}`).join('\n')).toMatch(/has a control character/);
  });

  test.each([
    ['records', '"postgres://idp@d\\nb/gakumon"'],
    ['records', 'postgres://idp@d%0Ab/gakumon'],
    ['sessions', '"rediss://re\\edis"'],
    ['sessions', '{ cluster: { nodes: ["n\\n1"] } }'],
    ['sessions', '{ redis: { url: rediss://redis, prefix: "gkm:\\n" } }'],
    ['sessions', '{ redis: { url: rediss://redis, prefix: "gkm:\\n\\e[2J" } }'],
  ])('%s: %s is refused, and not repeated', (key, text) => {
    const mistakes = mistakesIn(`  ${key}: ${text}`);
    expect(mistakes.length).toBeGreaterThan(0);
    expect(mistakes.join()).not.toMatch(/\p{Cc}/u);
  });
});
