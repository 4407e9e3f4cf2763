import {
  describeWith,
  type PrivatePostgres,
  postgresPrograms,
  privatePostgres,
  temporaryFolder,
} from '@gakumon/testkit';
import { beforeAll, beforeEach, expect, test } from '@jest/globals';
import type { RecordsLocation } from '../locations.ts';
import { schemaVersion } from '../sql/migrations.ts';
import { openRecordsExchange, type RecordsExchange } from './openRecordsExchange.ts';
import {
  dumpTables,
  exportText,
  fillTables,
  headOf,
  inPieces,
  makeFile,
  withoutCounters,
} from './trials/filledRecords.ts';

describeWith(postgresPrograms, 'records that move between SQLite and PostgreSQL', () => {
  let server: PrivatePostgres;
  let folder: string;
  let original: string;
  let exported: string;
  let location: Extract<RecordsLocation, { kind: 'postgres' }>;
  let target: RecordsExchange;

  beforeAll(async () => {
    server = await privatePostgres();
    folder = await temporaryFolder();
    original = `${folder}/source.db`;
    const source = await openRecordsExchange({ kind: 'sqlite', file: original });
    await source.migrate();
    fillTables(original);
    exported = await exportText(source);
  });

  beforeEach(async () => {
    location = await server.createDatabase();
    target = await openRecordsExchange(location);
  });

  test('SQLite to PostgreSQL to SQLite: every row is as it was', async () => {
    await target.import('file', inPieces(exported), false);
    const back = `${folder}/back.db`;
    const returned = await openRecordsExchange({ kind: 'sqlite', file: back });
    await returned.import('file', inPieces(await exportText(target)), false);
    expect(withoutCounters(dumpTables(back))).toEqual(withoutCounters(dumpTables(original)));
  });

  test('both write the same file, in the same order', async () => {
    await target.import('file', inPieces(exported), false);
    const withoutEnds = (text: string) =>
      text.split('\n').filter((line) => !/^\{"(format|rows|table":"counters)/.test(line));
    expect(withoutEnds(await exportText(target))).toEqual(withoutEnds(exported));
  });

  test('a file that breaks off leaves an empty database empty, and a full one as it was', async () => {
    const half = exported.slice(0, exported.length - 200);
    await expect(target.import('f', inPieces(half), false)).rejects.toMatchObject({ code: 'records-file-invalid' });
    expect(await target.status()).toMatchObject({ schema: { found: 0 }, rows: {} });
    await target.import('f', inPieces(exported), false);
    const before = await exportText(target);
    await expect(target.import('f', inPieces(half), true)).rejects.toMatchObject({ code: 'records-file-invalid' });
    expect(await exportText(target)).toBe(before);
    await expect(target.import('f', inPieces(exported), false)).rejects.toMatchObject({ code: 'records-not-empty' });
  });

  test('a key twice is told by its line, as in SQLite', async () => {
    const [head, ...rows] = exported.split('\n');
    const twice = [head, rows[0], rows[0], ...rows].join('\n');
    await expect(target.import('f', inPieces(twice), false)).rejects.toMatchObject({
      code: 'records-file-invalid',
      detail: 'f:3: counters has a row with this name already',
    });
  });

  test('who writes meanwhile waits, and is not lost', async () => {
    await target.migrate();
    let written: Promise<unknown> = Promise.resolve();
    const source = async function* () {
      yield* inPieces(exported.slice(0, 200_000));
      written = server.sql(`insert into throttles values ('meanwhile', 1, 1)`, location.database);
      while ((await server.sql('select count(*) from pg_locks where not granted')) === '0');
      yield* inPieces(exported.slice(200_000));
    };
    await target.import('f', source(), false);
    await written;
    expect((await target.status()).rows.throttles).toBe(2);
  });

  test('an older schema is brought forward, and other tables of the database are left alone', async () => {
    await server.sql('create table other (a int); insert into other values (7)', location.database);
    const row = { username: 'u', facts: '[]', service_providers: '[]', created_at: 1, used_at: 2, expires_at: 3 };
    const old = [{ table: 'sso_sessions', row: { ...row, token_hash: 'ab'.repeat(32), revision: 'x' } }];
    await target.migrate();
    expect(await target.import('f', inPieces(makeFile(old, headOf(1))), false)).toMatchObject({ schema: 1 });
    expect(await target.status()).toMatchObject({
      engine: 'PostgreSQL',
      schema: { found: schemaVersion, steps: [] },
      rows: { sessions: 1 },
    });
    expect(await server.sql('select a from other', location.database)).toBe('7');
  });

  test('status: where it is without its password, its rows and size', async () => {
    await target.import('f', inPieces(exported), false);
    const status = await target.status();
    expect(JSON.stringify(status)).not.toContain(location.password);
    expect(status).toMatchObject({
      place: `database ${location.database} on 127.0.0.1:${server.port}, as gakumon`,
      newestEvent: 499,
      sealingKeys: ['0a1b2c3d', '99887766'],
      rows: { sessions: 1203 },
    });
    expect(status.size).toBeGreaterThan(500_000);
  });
});
