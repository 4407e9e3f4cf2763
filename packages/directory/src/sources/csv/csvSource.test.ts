import { rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import type { SourceNotice } from '../report.ts';
import { type CsvSourceSettings, createCsvSource } from './csvSource.ts';
import { readTable, tableLimits } from './readTable.ts';

let file: string;
let time: number;
let notices: SourceNotice[];
beforeEach(async () => {
  file = join(await temporaryFolder(), 'people.csv');
  time = 0;
  notices = [];
});

const source = (kind: Partial<CsvSourceSettings['kind']> = {}, key = 'username', attributes?: Record<string, string>) =>
  createCsvSource(
    {
      name: 'hr',
      key,
      attributes,
      kind: { by: 'csv', file, keyColumn: 'id', encoding: 'utf-8', separator: undefined, ...kind },
    },
    (notice) => notices.push(notice),
    () => time,
  );
const away = (detail: string) =>
  expect.objectContaining({ code: 'source-unavailable', detail: expect.stringContaining(detail) });
const reasons = () => notices.map(({ fields }) => fields?.reason);

describe('a table', () => {
  test('has its names in the first line; cells may be in quotes, with line ends in them; a BOM is nothing', async () => {
    await writeFile(file, '\ufeffid,ou,"note"\r\ns1,"Law, ""old""","two\nlines"\r\n\r\ns2,,\r\n');
    const csv = source();
    expect(await csv.find('s1')).toEqual({ ou: ['Law, "old"'], note: ['two\nlines'] });
    expect(await csv.find('s2')).toBeUndefined();
    expect(await csv.find('s3')).toBeUndefined();
    expect(await csv.check?.()).toEqual([]);
  });

  test('several rows and several values in a cell are all of a person', async () => {
    await writeFile(file, 'id,affiliation\ns1,staff; member\ns1,faculty\ns1,staff\n');
    expect(await source({ separator: ';' }).find('s1')).toEqual({ affiliation: ['staff', 'member', 'faculty'] });
  });

  test('as spreadsheets of Japan write it', async () => {
    // id,氏名 CR LF s1,山田 in Shift_JIS
    await writeFile(file, Buffer.from('69642c8e8196bc0d0a73312c8e5293630d0a', 'hex'));
    const csv = source({ encoding: 'shift_jis' }, 'username', { jaDisplayName: '氏名' });
    expect(await csv.find('s1')).toEqual({ jaDisplayName: ['山田'] });
    await expect(source().find('s1')).rejects.toEqual(away('not in the encoding'));
  });

  test('login names are compared as people type them; other keys as they are', async () => {
    await writeFile(file, 'id,ou\n Ｓ１２ ,Law\n,nobody\n');
    expect(await source().find('s12')).toEqual({ ou: ['Law'] });
    expect(await source({}, 'employeeNumber').find('s12')).toBeUndefined();
    expect(await source().find('')).toBeUndefined();
  });
});

describe('a table that changes', () => {
  test('is read again, a second after the last look at the earliest', async () => {
    await writeFile(file, 'id,ou\ns1,Law\n');
    const csv = source();
    expect(await csv.find('s1')).toEqual({ ou: ['Law'] });
    await writeFile(file, 'id,ou\ns1,Art\n');
    expect(await csv.find('s1')).toEqual({ ou: ['Law'] });
    time = 1000;
    expect(await csv.find('s1')).toEqual({ ou: ['Art'] });
  });

  test('is noticed though size and time are the same, when another file took its place', async () => {
    const at = new Date('2024-04-01');
    await writeFile(file, 'id,ou\ns1,Law\n');
    await utimes(file, at, at);
    const csv = source();
    await csv.find('s1');
    await writeFile(`${file}.new`, 'id,ou\ns1,Art\n');
    await utimes(`${file}.new`, at, at);
    await rename(`${file}.new`, file);
    time = 1000;
    expect(await csv.find('s1')).toEqual({ ou: ['Art'] });
  });

  test('and cannot be used leaves the last good one in force, and is told once', async () => {
    await writeFile(file, 'id,ou\ns1,Law\n');
    const csv = source();
    await csv.find('s1');
    await writeFile(file, 'id,ou\ns1,"Law\n');
    for (time = 1000; time < 5000; time += 1000) expect(await csv.find('s1')).toEqual({ ou: ['Law'] });
    expect(reasons()).toEqual([expect.stringMatching(/^line \d+: a quotation mark is not closed$/)]);
    expect(await csv.check?.()).toEqual([expect.stringContaining('the last good table stays in force')]);
    await rm(file);
    time += 1000;
    expect(await csv.find('s1')).toEqual({ ou: ['Law'] });
    expect(reasons()[1]).toBe('there is no such file');
    await writeFile(file, 'id,ou\ns1,Art\n');
    time += 1000;
    expect(await csv.find('s1')).toEqual({ ou: ['Art'] });
    expect(await csv.check?.()).toEqual([]);
  });
});

describe('attack', () => {
  test('a table without a column that is configured is refused: what it told would be missing without a word', async () => {
    await writeFile(file, 'id,afiliation\ns1,staff\n');
    await expect(source({}, 'username', { affiliation: 'affiliation' }).find('s1')).rejects.toEqual(
      away('names no column "affiliation": "id", "afiliation"; did you mean "afiliation"?'),
    );
  });

  test.each([
    ['is empty', '', 'it is empty'],
    ['has no such column', 'name,ou\ns1,Law\n', 'names no column "id": "name", "ou"'],
    ['names a column twice', 'id,ou,ou\ns1,a,b\n', 'names a column twice'],
    ['has too many cells', 'id,ou\ns1,Law,secret\n', 'more or fewer cells'],
    ['has too few', 'id,ou\ns1\n', 'more or fewer cells'],
    ['was cut inside quotes', 'id,ou\ns1,"La', 'not closed'],
    ['has a cell without end', `id,ou\ns1,${'x'.repeat(tableLimits.row + 1)}\n`, 'too long'],
    ['has more columns than anybody needs', `id,${'a,'.repeat(tableLimits.columns)}b\n`, 'columns that are allowed'],
  ])('a table that %s is refused as a whole, and no cell is told', async (_, text, words) => {
    await writeFile(file, text);
    const refused: unknown = await source()
      .find('s1')
      .catch((error: unknown) => error);
    expect(refused).toEqual(away(words));
    expect(JSON.stringify([refused, notices])).not.toMatch(/secret/);
  });

  test('more rows or octets than are allowed, read without holding the others up', async () => {
    await writeFile(file, `id,ou\n${'s1,Law\n'.repeat(20_000)}`);
    const options = { keyColumn: 'id', encoding: 'utf-8', keyOf: (cell: string) => cell, isKept: () => true } as const;
    let turns = 0;
    const timer = setInterval(() => (turns += 1), 1);
    const read = (limits: object) => readTable(file, options, { ...tableLimits, ...limits });
    await expect(read({ rows: 19_999 })).rejects.toThrow('more than the 19999 rows that are allowed');
    await expect(read({ octets: 140_000 })).rejects.toThrow('more than the 140000 octets that are allowed');
    expect((await read({ rows: 20_000 })).rowsOf('s1')).toHaveLength(20_000);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  test('a cell that holds what divides cells in memory makes no other cell of itself', async () => {
    await writeFile(file, 'id,nickname,role\ns1,x\x1fadmin\x1es1\x1fadmin,student\n');
    expect(await source().find('s1')).toEqual({ role: ['student'] });
    expect(notices.map(({ fields }) => fields?.attribute)).toEqual(['nickname']);
  });

  test('a folder, or a pipe that nobody writes into', async () => {
    await expect(source({ file: '/' }).find('s1')).rejects.toEqual(away('no regular file'));
    await expect(source({ file: '/dev/null' }).find('s1')).rejects.toEqual(away('no regular file'));
  });
});
