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
const read = (text: string) => parseConfig(`${head}${text}\n`, '/site/gakumon.yaml');
const sourceOf = (text: string) => read(`sources:\n  - ${text}`).sources[0];

/** What it complains of, without the file's name; what is read begins in line 8. */
function mistakesIn(text: string): readonly string[] {
  try {
    read(text);
  } catch (error) {
    if (!isGakumonError(error) || error.code !== 'config-invalid') throw error;
    return (error.detail ?? '').split('\n').map((line) => line.replace('/site/gakumon.yaml:', ''));
  }
  throw new Error('it was taken');
}
const http = (url: string, more = '') => mistakesIn(`sources: [{ name: hr, http: { urls: ['${url}']${more} } }]`)[0];
const sql = (query: string, databases = 'hr.db') =>
  mistakesIn(`sources: [{ name: hr, sql: { databases: ['${databases}'], query: "${query}" } }]`)[0];

describe('sources', () => {
  test('there are none where none are named, and what is fresh is five minutes old at most', () => {
    expect(read('')).toMatchObject({ sources: [], freshness: { age: 300_000, entries: 20_000, away: 0 } });
    expect(read('sources:')).toMatchObject({ sources: [] });
    expect(read('freshness: { age: PT1M, entries: 5, away: PT1H }').freshness).toEqual({
      age: 60_000,
      entries: 5,
      away: 3_600_000,
    });
  });

  test('a table', () => {
    expect(sourceOf('{ name: hr, csv: { file: hr.csv, keyColumn: id } }')).toEqual({
      name: 'hr',
      key: 'username',
      directories: undefined,
      attributes: undefined,
      whenAway: 'refuse',
      timeout: 30_000,
      kind: { by: 'csv', file: '/site/hr.csv', keyColumn: 'id', encoding: 'utf-8', separator: undefined },
    });
  });

  test('a service', () => {
    const urls = "['https://a.example.ac.jp/p/{key}', 'http://127.0.0.1:8000/?id={key}']";
    const headers = '{ Authorization: { env: HR }, X-Client: idp }';
    const text = `{ name: hr, key: employeeNumber, directories: [local], attributes: { ou: dept }, whenAway: without,
      timeout: PT2S, http: { urls: ${urls}, headers: ${headers}, path: data.person, ca: ca.pem } }`;
    expect(sourceOf(text)).toEqual({
      name: 'hr',
      key: 'employeeNumber',
      directories: ['local'],
      attributes: { ou: 'dept' },
      whenAway: 'without',
      timeout: 2000,
      kind: {
        by: 'http',
        urls: ['https://a.example.ac.jp/p/{key}', 'http://127.0.0.1:8000/?id={key}'],
        headers: { Authorization: { env: 'HR' }, 'X-Client': 'idp' },
        path: ['data', 'person'],
        ca: '/site/ca.pem',
      },
    });
  });

  test('databases', () => {
    const text = `{ name: hr, attributes: [ou], sql: { databases: [hr.db, 'postgres://r@a.example.ac.jp,b.example.ac.jp/hr',
      { postgres: { url: 'postgres://r@127.0.0.1/hr?sslmode=disable', password: { file: pw }, pool: 2 } }],
      query: 'select ou from people where id = $1' } }`;
    expect(sourceOf(text)).toMatchObject({
      attributes: { ou: 'ou' },
      timeout: 3000,
      kind: {
        by: 'sql',
        query: 'select ou from people where id = $1',
        databases: [
          { kind: 'sqlite', file: '/site/hr.db' },
          { kind: 'postgres', hosts: [{ host: 'a.example.ac.jp' }, { host: 'b.example.ac.jp' }], password: undefined },
          { kind: 'postgres', password: { file: '/site/pw' }, tls: undefined, pool: 2 },
        ],
      },
    });
  });
});

describe('mistakes', () => {
  test('are told all at once, each with its line', () => {
    const text = `sources:
  - name: hr
    whenAway: perhaps
    directories: [staff]
    timeout: PT10M
    csv: { file: a.csv }
  - name: hr
    attributes: [username]
    color: blue
freshness: { age: P1D }`;
    expect(mistakesIn(text)).toEqual(
      expect.arrayContaining([
        expect.stringMatching(/^10: .*whenAway: must be refuse or without/),
        expect.stringMatching(/^11: .*no directory is called "staff" \(known here: local\)/),
        expect.stringMatching(/^12: .*must be PT1M or less/),
        expect.stringMatching(/^13: .*keyColumn: is missing/),
        expect.stringMatching(/^14: .*another item has the name "hr" already/),
        expect.stringMatching(/^14: .*must have one of sql, http and csv/),
        expect.stringMatching(/^15: .*is for a directory alone to tell/),
        expect.stringMatching(/^16: .*color: unknown key/),
        expect.stringMatching(/^17: .*must be PT1H or less/),
      ]),
    );
  });

  test('of two kinds at once', () => {
    const two = "{ name: hr, csv: { file: a, keyColumn: b }, http: { urls: ['https://a.example.ac.jp/{key}'] } }";
    expect(mistakesIn(`sources: [${two}]`)[0]).toMatch(/must have one of sql, http and csv/);
  });

  test.each([
    ['http://hr.example.ac.jp/{key}', 'must be https'],
    ['http://127.0.0.1.example.ac.jp/{key}', 'must be https'],
    ['ftp://hr.example.ac.jp/{key}', 'must be an https URL'],
    ['file:///etc/{key}', 'must be an https URL'],
    ['https://hr.example.ac.jp/', 'must have {key}'],
    ['https://{key}.example.ac.jp/', 'must have {key} in its path'],
    ['https://hr.example.ac.jp/{key}/{id}', 'only in braces'],
    ['https://hr.example.ac.jp/#{key}', 'without a fragment'],
    ['https://hr.example.ac.jp\\\\@evil.example/{key}', 'must be an https URL'],
    ['https://reader:s3cret@hr.example.ac.jp/{key}', 'without user and password'],
  ])('attack: of the address %s', (url, words) => {
    expect(http(url)).toContain(words);
    expect(http(url)).not.toContain('s3cret');
  });

  test.each([
    ['{ Authorization: Bearer s3cret }', 'a secret never stands in this file'],
    ['{ X-Api-Key: s3cret }', 'a secret never stands in this file'],
    ['{ Host: evil.example }', 'is set by Gakumon itself'],
    ['{ "a b": x }', 'is no name of a header'],
    ['{ X-A: "x\\r\\nHost: evil" }', 'must be of ASCII'],
  ])('attack: of the headers %s', (headers, words) => {
    const said = http('https://hr.example.ac.jp/{key}', `, headers: ${headers}`);
    expect(said).toContain(words);
    expect(said).not.toContain('s3cret');
  });

  test('of a CA where there is no TLS', () => {
    expect(http('http://127.0.0.1/{key}', ', ca: ca.pem')).toContain('has no use with http');
  });

  test.each([
    ['select 1', 'must have the parameter $1'],
    ['select ou from p where a = $1 and b = $2', 'has one parameter'],
    ['delete from p where id = $1', 'must be one SELECT'],
  ])('of the query %s', (query, words) => {
    expect(sql(query)).toContain(words);
  });

  test('of a ? where PostgreSQL is asked, of a database in memory, and of a password in an address', () => {
    expect(sql('select ou from p where id = ?', 'postgres://r@db.example.ac.jp/hr')).toContain('parameter $1');
    expect(sql('select ou from p where id = $1', 'memory')).toContain('must be a file of SQLite');
    const said = sql('select ou from p where id = $1', 'postgres://r:s3cret@db.example.ac.jp/hr');
    expect(said).toContain('a password never stands in this file');
    expect(said).not.toContain('s3cret');
  });
});
