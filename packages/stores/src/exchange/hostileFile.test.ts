import { temporaryFolder } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { schemaVersion } from '../sql/migrations.ts';
import { openRecordsExchange, type RecordsExchange } from './openRecordsExchange.ts';
import { longestLine } from './recordsFile.ts';
import { dumpTables, headOf, inPieces, makeFile } from './trials/filledRecords.ts';

let file: string;
let target: RecordsExchange;

beforeAll(async () => {
  file = `${await temporaryFolder()}/gakumon.db`;
  target = await openRecordsExchange({ kind: 'sqlite', file });
  await target.import('file', inPieces(whole([throttle('kept')])), false);
});

const head = headOf(schemaVersion);
const throttle = (bucket: unknown, more: object = {}) => ({
  table: 'throttles',
  row: { bucket, hits: 1, resets_at: 1, ...more },
});
const document = (xml: unknown) => ({ table: 'loaded_metadata', row: { name: 'x', xml, loaded_at: 1 } });

const whole = (rows: readonly unknown[], first: object = head): string => makeFile(rows, first);

/** Imports it over what is there, which must stay as it was. @returns the complaint */
async function refusalOf(source: string | Uint8Array | AsyncIterable<Uint8Array>): Promise<string> {
  const before = dumpTables(file);
  const octets = typeof source === 'string' || source instanceof Uint8Array ? inPieces(source) : source;
  const refused = await target.import('f', octets, true).then(
    () => ({ code: 'taken', detail: '' }),
    (error: { code: string; detail: string }) => error,
  );
  expect(refused.code).toBe('records-file-invalid');
  expect(dumpTables(file)).toEqual(before);
  return refused.detail;
}

describe('attack or accident: a file that is not what an export wrote changes nothing', () => {
  const good = () => whole([throttle('a'), throttle('b')]);
  const cases: readonly (readonly [string, () => string | Uint8Array, RegExp])[] = [
    ['nothing', () => '', /^f:1: the file is empty/],
    ['another format', () => whole([], { ...head, format: 'other' }), /^f:1: is no file of records/],
    ['no JSON', () => 'PK\u0003\u0004', /^f:1: is not JSON/],
    ['a list', () => '[]\n', /^f:1: must be a JSON object/],
    ['a later format', () => whole([], { ...head, version: 2 }), /^f:1: has version "2"/],
    ['a schema that never was', () => whole([], { ...head, schema: 0 }), /^f:1: schema/],
    ['a schema in words', () => whole([], { ...head, schema: '1' }), /^f:1: schema/],
    ['cut after a row', () => `${good().split('\n').slice(0, 2).join('\n')}\n`, /^f:3: the file ends before/],
    ['cut inside a row', () => good().slice(0, 140), /^f:2: is not JSON/],
    ['one octet changed', () => good().replace('"a"', '"c"'), /^f:4: the sha256 is another/],
    ['a row taken out', () => good().replace(/.*"b".*\n/, ''), /^f:3: "throttles" has 1 rows here, and had "2"/],
    ['two files in one', () => good() + good(), /^f:5: there is more behind/],
    ['a blank line', () => whole(['', throttle('a')]), /^f:2: is not JSON/],
    ['half a character in UTF-8', () => Buffer.concat([Buffer.from(good()), Buffer.from([0xe5, 10])]), /^f:5: /],
    ['neither row nor end', () => whole([{ what: 1 }]), /^f:2: must be a row, or/],
    ['a row of more', () => whole([{ ...throttle('a'), more: 1 }]), /^f:2: must be \{"table"/],
    [
      'a table named twice',
      () => good().replace('{"table":"throttles"', '{"table":"cases","table":"throttles"'),
      /^f:2: is not as an export/,
    ],
    ['a row given twice', () => good().replace('"row":', '"row":{},"row":'), /^f:2: is not as an export/],
    ['a column given twice', () => good().replace('"bucket":', '"bucket":"x","bucket":'), /^f:2: is not as an export/],
    ['a count given twice', () => good().replace('"rows":', '"rows":{},"rows":'), /^f:4: is not as an export/],
    ['a row that is a list', () => whole([{ table: 'throttles', row: [] }]), /^f:2: must be \{"table"/],
    ['an unknown table', () => whole([{ table: 'sqlite_schema', row: {} }]), /^f:2: there is no table "sqlite_schema"/],
    ['the version as a table', () => whole([{ table: 'schema_version', row: { version: 1 } }]), /^f:2: there is no/],
    ['a name of JavaScript', () => whole([{ table: '__proto__', row: {} }]), /^f:2: there is no table/],
    ['an unknown column', () => whole([throttle('a', { '"; drop table cases': 1 })]), /^f:2: throttles has no column/],
    [
      'a missing column',
      () => whole([{ table: 'throttles', row: { bucket: 'a' } }]),
      /^f:2: throttles.hits is missing/,
    ],
    ['null where there is none', () => whole([throttle(null)]), /^f:2: throttles.bucket must not be null/],
    ['a number for text', () => whole([throttle(7)]), /^f:2: throttles.bucket must be text/],
    ['text for a number', () => whole([throttle('a', { hits: '7' })]), /^f:2: throttles.hits must be a whole number/],
    ['half a number', () => whole([throttle('a', { hits: 0.5 })]), /^f:2: throttles.hits must be a whole/],
    ['a number beyond', () => whole([throttle('a', { hits: 2 ** 53 })]), /^f:2: throttles.hits must be a whole/],
    ['NUL in text', () => whole([throttle('a\0')]), /^f:2: throttles.bucket has a NUL/],
    ['half a character', () => whole([throttle('\ud800')]), /^f:2: throttles.bucket has a NUL, or half/],
    ['what is not base64', () => whole([document('%%%%')]), /^f:2: loaded_metadata.xml must be base64/],
    ['a blob as numbers', () => whole([document([1, 2])]), /^f:2: loaded_metadata.xml must be base64/],
    [
      'a counter that cannot count on',
      () => whole([{ table: 'counters', row: { name: 'metadata', value: Number.MAX_SAFE_INTEGER } }]),
      /^f:2: counters.value is no count/,
    ],
    ['a key twice', () => whole([throttle('a'), throttle('b'), throttle('a')]), /^f:4: throttles has a row with this/],
    [
      'a key twice, far apart',
      () => whole([...Array.from({ length: 450 }, (_, at) => throttle(`n${at}`)), throttle('n3'), throttle('z')]),
      /^f:452: throttles has a row with this bucket already/,
    ],
    [
      'a deep nest',
      () =>
        whole([]).replace(
          '\n',
          `\n{"table":"throttles","row":{"bucket":${'['.repeat(300_000)}${']'.repeat(300_000)}}}\n`,
        ),
      /^f:2: is not as an export/,
    ],
  ];
  test.each(cases)('%s', async (_, make, complaint) => {
    expect(await refusalOf(make())).toMatch(complaint);
  });

  test('a line without end is given up at the limit, wherever the pieces are cut', async () => {
    const piece = Buffer.alloc(8_388_608, 'a');
    let given = 0;
    const endless = async function* () {
      yield Buffer.from(`${JSON.stringify(head)}\n`);
      for (;;) {
        given += piece.length;
        yield piece;
      }
    };
    expect(await refusalOf(endless())).toMatch(/^f:2: is longer than 201326592 octets/);
    expect(given).toBeLessThanOrEqual(longestLine + piece.length);
  });

  test('a source that fails half-way changes nothing', async () => {
    const before = dumpTables(file);
    const broken = async function* () {
      yield* inPieces(good().slice(0, 200));
      throw new Error('the network went');
    };
    await expect(target.import('f', broken(), true)).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: 'f cannot be used: the network went',
    });
    expect(dumpTables(file)).toEqual(before);
  });
});
