import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { parseConfig } from '@gakumon/config';
import {
  describeWith,
  freePort,
  postgresPrograms,
  postgresUser,
  privatePostgres,
  privateRedis,
  redisPrograms,
  temporaryFolder,
} from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { checkStores } from './checkStores.ts';

const secret = 'correct-horse';

/** What the check says of these stores, one text a finding. */
async function say(stores: unknown, env: Record<string, string> = {}, folder = '/site'): Promise<readonly string[]> {
  const config = parseConfig(
    JSON.stringify({
      version: 1,
      idp: {
        entityId: 'https://idp.example.ac.jp/idp/shibboleth',
        baseUrl: 'https://idp.example.ac.jp',
        scopes: ['example.ac.jp'],
        organization: { ja: '例の大学', en: 'Example University' },
      },
      directory: [{ name: 'local', file: 'users.yaml' }],
      stores,
    }),
    join(folder, 'gakumon.yaml'),
  );
  const { findings } = await checkStores(config, { clock: Date.now, env });
  const said = findings.map(
    ({ level, message, hint }) => `${level} ${message}${hint === undefined ? '' : ` (${hint})`}`,
  );
  expect(said.join()).not.toContain(secret);
  return said.filter((line) => !line.includes('no service provider is known'));
}

test('memory is for tests, and says so', async () => {
  expect(await say({ records: 'memory', sessions: 'memory' })).toEqual([
    'ok records: in the memory of one process',
    'ok sessions: in the memory of one process',
    expect.stringMatching(/^warn records: a restart loses what is in memory/),
    expect.stringMatching(/^warn sessions: a restart loses what is in memory/),
  ]);
});

test('attack: a Redis beyond this machine without TLS is told', async () => {
  const said = await say({ records: 'memory', sessions: 'redis://redis.invalid' });
  expect(said).toContainEqual(
    expect.stringMatching(/^warn sessions: Redis at redis\.invalid:6379 is asked without TLS.*\(write rediss:\/\//),
  );
});

test('records of an older release are not brought up to date by a mere look', async () => {
  const folder = await temporaryFolder();
  const file = join(folder, 'records.db');
  const database = new DatabaseSync(file);
  database.exec('create table schema_version (version integer primary key); insert into schema_version values (1)');
  expect(await say({ records: file })).toEqual([
    `ok records: ${file}`,
    expect.stringMatching(/^warn records: they have schema 1, and this release writes \d+; they were not looked into/),
  ]);
  expect(database.prepare('select version from schema_version').all()).toEqual([{ version: 1 }]);
});

describeWith([...postgresPrograms, ...redisPrograms], 'servers', () => {
  test('that are well are told with their version; what is doubtful of them too', async () => {
    const server = await privatePostgres();
    const { database } = await server.createDatabase();
    const redis = await privateRedis();
    const url = `postgres://${postgresUser.name}@127.0.0.1:${server.port}/${database}?sslmode=disable`;
    const said = await say(
      {
        records: { postgres: { url, password: { env: 'PASSWORD' } } },
        sessions: `redis://127.0.0.1:${redis.port}/1`,
      },
      { PASSWORD: postgresUser.password },
    );
    expect(said).toEqual([
      expect.stringMatching(
        new RegExp(`^ok records: PostgreSQL at 127\\.0\\.0\\.1:${server.port}, database ${database}, version \\d+`),
      ),
      expect.stringMatching(/^warn records: a loss of power may undo/),
      `ok sessions: Redis at 127.0.0.1:${redis.port}, database 1`,
      expect.stringMatching(/^warn sessions: .* asks nobody for a password.*user default off/),
      expect.stringMatching(/^warn sessions: .* keeps nothing on its disk/),
    ]);
  });

  test('that are away, or want another password, are told each by itself, with what to do', async () => {
    const server = await privatePostgres();
    const { database } = await server.createDatabase();
    const nobody = await freePort();
    const url = `postgres://${postgresUser.name}@127.0.0.1:${server.port}/${database}?sslmode=disable`;
    const said = await say(
      {
        records: { postgres: { url, password: { env: 'PASSWORD' } } },
        sessions: `redis://127.0.0.1:${nobody}`,
      },
      { PASSWORD: secret },
    );
    expect(said).toEqual([
      expect.stringMatching(/^fail PostgreSQL .*password.* is wrong.*\(.*stores\.records says/),
      expect.stringMatching(
        new RegExp(`^fail Redis 127\\.0\\.0\\.1:${nobody} .*\\(is it running there.*stores\\.sessions.*firewall.*\\)$`),
      ),
    ]);
  });

  test('that refuse, or stand still, get hints for servers, not for disks', async () => {
    const server = await privatePostgres();
    const { database } = await server.createDatabase();
    const redis = await privateRedis({ acl: ['user default off', `user idp on >${secret} ~gkm:* +@all`] });
    const at = (port: number) => ({
      postgres: {
        url: `postgres://${postgresUser.name}@127.0.0.1:${port}/${database}?sslmode=disable`,
        password: { env: 'PASSWORD' },
      },
    });
    const sessions = { redis: { url: `redis://idp@127.0.0.1:${redis.port}`, password: { env: 'REDIS' } } };
    const env = { PASSWORD: postgresUser.password, REDIS: secret };
    const toServer = /is it running there.*firewall/;
    const refused = await say({ records: at(await freePort()), sessions }, env);
    expect(refused[0]).toMatch(toServer);
    expect(refused.join()).not.toContain('asks nobody for a password');
    redis.pause();
    const frozen = await say({ records: at(server.port), sessions }, env);
    redis.resume();
    expect(frozen.at(-1)).toMatch(/^fail Redis/);
    expect(frozen.at(-1)).toMatch(toServer);
    expect([...refused, ...frozen].join()).not.toContain('is the disk full');
  });
});
