import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { GakumonError } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { schemaVersion } from '../sql/migrations.ts';
import { openRecordsExchange, type RecordsExchange } from './openRecordsExchange.ts';
import { dumpTables, exportText, fillTables, inPieces, withoutCounters } from './trials/filledRecords.ts';

let folder: string;
let source: RecordsExchange;
let exported: string;
let file: string;
let target: RecordsExchange;
let made = 0;

const open = (path: string): Promise<RecordsExchange> => openRecordsExchange({ kind: 'sqlite', file: path });

beforeAll(async () => {
  folder = await temporaryFolder();
  source = await open(`${folder}/source.db`);
  await source.migrate();
  fillTables(`${folder}/source.db`);
  exported = await exportText(source);
});

beforeEach(async () => {
  made += 1;
  file = `${folder}/target-${made}.db`;
  target = await open(file);
});

const change = (path: string, sql: string): void => {
  const database = new DatabaseSync(path);
  database.exec(sql);
  database.close();
};

describe('from one database into another', () => {
  test('every row of every table comes over, and back again, as it was', async () => {
    const { schema, rows } = await target.import('file', inPieces(exported), false);
    expect(schema).toBe(schemaVersion);
    expect(rows).toMatchObject({ sessions: 1203, pending_logins: 1001, loaded_metadata: 10, sealed_records: 700 });
    const original = withoutCounters(dumpTables(`${folder}/source.db`));
    expect(Object.values(original).every((table) => table.length > 0)).toBe(true);
    expect(withoutCounters(dumpTables(file))).toEqual(original);
    const back = await open(`${folder}/back.db`);
    await back.import('file', inPieces(await exportText(target), 997), false);
    expect(withoutCounters(dumpTables(`${folder}/back.db`))).toEqual(original);
  });

  test('the first line says what it is, and the last what is in it', () => {
    const lines = exported.trimEnd().split('\n');
    expect(JSON.parse(lines[0] ?? '')).toEqual({
      format: 'gakumon-records',
      version: 1,
      schema: schemaVersion,
      exportedAt: '2024-04-08T09:00:00.000Z',
      gakumon: '1.2.3',
    });
    const { rows, sha256 } = JSON.parse(lines.at(-1) ?? '');
    expect(Object.values<number>(rows).reduce((sum, count) => sum + count, 0)).toBe(lines.length - 2);
    expect(sha256).toMatch(/^[0-9a-f]{64}$/);
  });

  test('what is there is kept, unless it may be replaced; nodes that run notice by each counter', async () => {
    await target.migrate();
    change(
      file,
      `insert into history values ('here', 1, 'sign-on', 'u', 'person', null, null, null, null);
      insert or replace into counters values ('metadata', 900), ('revocations', 5), ('cases', 0)`,
    );
    await expect(target.import('file', inPieces(exported), false)).rejects.toMatchObject({
      code: 'records-not-empty',
      detail: 'history: 1',
    });
    expect((await target.status()).rows).toMatchObject({ history: 1, sessions: 0 });
    await target.import('file', inPieces(exported), true);
    const { counters, ...others } = dumpTables(file);
    expect(others).toEqual(withoutCounters(dumpTables(`${folder}/source.db`)));
    expect(counters).toEqual([
      { name: 'cases', value: 8 },
      { name: 'metadata', value: 901 },
      { name: 'revocations', value: 6 },
      { name: 'sealed totp', value: 4 },
    ]);
  });

  test('a text with NUL, which only SQLite takes, moves as what every engine takes', async () => {
    const path = `${folder}/nul.db`;
    const odd = await open(path);
    await odd.migrate();
    change(path, `insert into throttles values ('a' || char(0) || 'b', 1, 1)`);
    await target.import('file', inPieces(await exportText(odd)), false);
    expect(dumpTables(file).throttles).toEqual([{ bucket: 'a\uFFFDb', hits: 1, resets_at: 1 }]);
  });
});

describe('an export of a database that is in use', () => {
  test('has all that was there when it began, and nothing of what came or went since', async () => {
    await target.import('file', inPieces(exported), false);
    const before = await exportText(target);
    let pieces = '';
    let writes = 0;
    const write = async (piece: string): Promise<void> => {
      pieces += piece;
      writes += 1;
      change(file, `delete from sessions where id like 's1%'; insert into throttles values ('new ${writes}', 1, 1)`);
    };
    await target.export(write, { gakumon: '1.2.3', now: Date.parse('2024-04-08T09:00:00Z') });
    expect(writes).toBeGreaterThan(1);
    expect(pieces).toBe(before);
  });

  test('tells how far it is, and stops when it is told to', async () => {
    const seen: [number, number][] = [];
    const stop = new AbortController();
    const onProgress = (rows: number, of: number): void => {
      seen.push([rows, of]);
      if (seen.length === 3) stop.abort(new GakumonError('interrupted'));
    };
    const options = { gakumon: '1', now: 0, signal: stop.signal, onProgress };
    await expect(source.export(async () => {}, options)).rejects.toMatchObject({ code: 'interrupted' });
    expect(seen).toHaveLength(3);
    expect(new Set(seen.map(([, of]) => of))).toEqual(new Set([exported.trimEnd().split('\n').length - 2]));
  });
});

describe('an older schema', () => {
  const older = async (): Promise<string> => {
    const path = `${folder}/older.db`;
    const old = await open(path);
    if (existsSync(path)) return exportText(old);
    await old.migrate();
    const later = ['sessions', 'revocations', 'history', 'sealed_records', 'service_provider_use'];
    const latest = ['departures', 'stored_ids', 'release_log', 'issued_identifiers'];
    for (const table of [...later, ...latest]) change(path, `drop table ${table}`);
    change(
      path,
      `update schema_version set version = 1;
      insert into sso_sessions values ('${'ab'.repeat(32)}', 'u', '[]', '[]', 1, 2, 3, 'x')`,
    );
    return exportText(old);
  };

  test('is exported as it is, and left as it is', async () => {
    expect(JSON.parse((await older()).split('\n')[0] ?? '')).toMatchObject({ schema: 1 });
    expect(await (await open(`${folder}/older.db`)).status()).toMatchObject({
      schema: { found: 1, target: schemaVersion },
    });
  });

  test('is imported and brought forward: nobody is logged out', async () => {
    await target.migrate();
    expect(await target.import('file', inPieces(await older()), false)).toMatchObject({ schema: 1 });
    const { sessions, schema_version } = dumpTables(file);
    expect(schema_version).toEqual([{ version: schemaVersion }]);
    expect(sessions).toEqual([expect.objectContaining({ id: 'q6urq6urq6urq6urq6urqw', username: 'u' })]);
  });

  test('a newer one is refused by its first line, and the database is not made', async () => {
    const newer = exported.replace(`"schema":${schemaVersion}`, '"schema":99');
    await expect(target.import('old.jsonl', inPieces(newer), true)).rejects.toMatchObject({
      code: 'records-newer',
      detail: `old.jsonl has schema 99; this program knows up to ${schemaVersion}`,
      hint: expect.stringContaining('"1.2.3"'),
    });
    expect(existsSync(file)).toBe(false);
  });

  test('a database of a newer one is neither read nor written', async () => {
    await target.migrate();
    change(file, 'update schema_version set version = 99');
    const doings = [
      () => exportText(target),
      () => target.import('file', inPieces(exported), true),
      () => target.migrate(),
    ];
    for (const doing of doings) await expect(doing()).rejects.toMatchObject({ code: 'records-newer' });
    expect(await target.status()).toMatchObject({ schema: { found: 99, steps: [] } });
  });
});

describe('status', () => {
  test('of a database that is not there: nothing is made', async () => {
    expect(await target.status()).toMatchObject({ engine: 'SQLite', place: file, schema: { found: 0 }, rows: {} });
    await expect(exportText(target)).rejects.toMatchObject({ code: 'records-missing', detail: file });
    expect(existsSync(file)).toBe(false);
  });

  test('tells rows, size, the newest event and which keys seal secrets', async () => {
    const status = await source.status();
    expect(status).toMatchObject({
      schema: { found: schemaVersion, target: schemaVersion, steps: [] },
      newestEvent: 499,
      sealingKeys: ['0a1b2c3d', '99887766'],
      rows: { sessions: 1203 },
    });
    expect(status.size).toBeGreaterThan(6_000_000);
  });

  test('of a file that is no database: it is told, and left as it was', async () => {
    change(file, 'create table a (b)');
    change(file, 'drop table a');
    expect(await target.status()).toMatchObject({ schema: { found: 0 }, rows: {} });
    const note = await open(import.meta.filename);
    await expect(note.status()).rejects.toMatchObject({
      code: 'store-unavailable',
      detail: expect.stringContaining(import.meta.filename),
    });
  });

  test('of records in memory there is nothing to tell', async () => {
    await expect(openRecordsExchange({ kind: 'memory' })).rejects.toMatchObject({ code: 'usage-wrong' });
  });
});
