import { existsSync } from 'node:fs';
import { join } from 'node:path';
import {
  describeWith,
  type PrivatePostgres,
  postgresPrograms,
  postgresUser,
  privatePostgres,
  temporaryFolder,
} from '@gakumon/testkit';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import { makeBackup } from './makeBackup.ts';
import { openConfiguredExchange } from './recordsFile.ts';
import { restoreBackup } from './restoreBackup.ts';
import { contentOf, makeSite, type Site } from './testing/site.ts';

describeWith(postgresPrograms, 'a backup of an installation on PostgreSQL', () => {
  let server: PrivatePostgres;
  let database: string;
  let root: string;
  let site: Site;
  let file: string;
  let folder: string;

  beforeAll(async () => {
    server = await privatePostgres();
  });

  beforeEach(async () => {
    root = await temporaryFolder();
    file = join(root, 'backup.tar.gz');
    folder = join(root, 'new');
    database = (await server.createDatabase()).database;
    const url = `postgres://${postgresUser.name}@127.0.0.1:${server.port}/${database}?sslmode=disable`;
    const rest = `directory: [{ name: local, file: users.yaml }]
stores: { records: { postgres: { url: '${url}', password: { file: pg.password } } } }
`;
    site = await makeSite(join(root, 'site'), rest, {
      'users.yaml': 'u',
      'pg.password': postgresUser.password,
      'certs/a.key': 'k',
    });
    await (await openConfiguredExchange(site.config, {})).migrate();
    await server.sql(`insert into sessions values ('id', 's1234567', '[]', '[]', 1, 2, 3, 'x')`, database);
    await makeBackup({ config: site.config, env: {}, file, force: false, gakumon: '1', now: 0 });
  });

  const restore = (records: boolean) => restoreBackup({ file, folder, absolute: false, records, env: {} });
  const emptyDatabase = () =>
    server
      .sql('drop owned by gakumon cascade', database)
      .then(() => server.sql('grant all on schema public to gakumon', database));

  test('holds its password, and its records wait beside the configuration: nothing is written into a database', async () => {
    const before = await server.sql('select count(*), max(value) from sessions, counters', database);
    const { records } = await restore(false);
    expect(records).toEqual({ file: join(folder, 'records.jsonl') });
    expect(await contentOf(folder)).toMatchObject({ 'pg.password': postgresUser.password });
    expect(await server.sql('select count(*), max(value) from sessions, counters', database)).toBe(before);
  });

  test('fills an empty database when it is told to', async () => {
    await emptyDatabase();
    const { records } = await restore(true);
    expect(records).toMatchObject({ imported: { rows: { sessions: 1 } } });
    expect(existsSync(join(folder, 'records.jsonl'))).toBe(false);
    expect(await server.sql('select username from sessions', database)).toBe('s1234567');
  });

  test('leaves one alone that is not empty, and says what is done and what is not', async () => {
    await expect(restore(true)).rejects.toMatchObject({
      code: 'records-not-empty',
      detail: `sessions: 1; the files are in place, and the records wait in ${folder}/records.jsonl`,
      hint: expect.stringContaining(`gakumon records import ${folder}/records.jsonl --config ${folder}/gakumon.yaml`),
    });
    expect(existsSync(join(folder, 'records.jsonl'))).toBe(true);
    expect(await server.sql('select username from sessions', database)).toBe('s1234567');
  });
});
