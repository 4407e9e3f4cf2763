import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Finished, temporaryFolder, testKeys } from '@gakumon/testkit';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type DocumentServer, startDocumentServer } from './testing/documentServer.ts';
import { federation, signedFederation } from './testing/federation.ts';
import { gakumonIn } from './testing/runGakumon.ts';

const signer = testKeys.idpSigning;
const made = Date.parse('2024-04-08T09:00:00Z');
const day = 86_400_000;
const at = ['--at', '2024-04-08T09:00:00Z'];
const cert = ['--cert', 'signer.crt'];

let folder: string;
let gakumon: (...args: string[]) => Promise<Finished>;
let server: DocumentServer;
beforeAll(async () => {
  folder = await temporaryFolder();
  gakumon = gakumonIn(folder);
  server = await startDocumentServer();
  const members = ['one', { id: 'two', category: 'https://refeds.org/category/x' }];
  await writeFile(join(folder, 'signed.xml'), signedFederation(members, made + 14 * day, signer));
  await writeFile(join(folder, 'unsigned.xml'), federation(members, made + 14 * day));
  await writeFile(join(folder, 'signer.crt'), signer.certificatePem);
  await writeFile(join(folder, 'other.crt'), testKeys.stranger.certificatePem);
  await writeFile(join(folder, 'empty.xml'), '');
  await mkdir(join(folder, 'folder.xml'));
  execFileSync('mkfifo', [join(folder, 'pipe.xml')]);
});
afterAll(() => server.close());

describe('metadata verify', () => {
  test('accepts what a pinned key signed, and says what it is', async () => {
    const { code, stdout, stderr } = await gakumon('metadata', 'verify', 'signed.xml', ...cert, ...at);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/^accepted signed\.xml\n/);
    expect(stdout).toMatch(/^signer +[0-9A-F:]{95}$/m);
    expect(stdout).toMatch(/^valid until +2024-04-22 09:00Z \(in 14 days\)$/m);
    expect(stdout).toMatch(/^entities +2: 2 service providers, 0 identity providers$/m);
  });

  test('tells scripts of each service provider', async () => {
    const { code, stdout } = await gakumon('metadata', 'verify', 'unsigned.xml', '--unsigned', ...at, '--json');
    const described = (id: string, categories: string[]) => ({
      entityID: `https://${id}.example.org/sp`,
      acs: [`https://${id}.example.org/sp/acs`],
      certs: [],
      categories,
      source: 'unsigned',
    });
    expect([code, JSON.parse(stdout)]).toEqual([
      0,
      [described('one', []), described('two', ['https://refeds.org/category/x'])],
    ]);
  });

  test.each<[string, string[], RegExp]>([
    [
      'another signer',
      ['signed.xml', '--cert', 'other.crt', ...at],
      /^gakumon: error: the signature of the metadata .*[0-9A-F:]{95}/,
    ],
    [
      'no signature',
      ['unsigned.xml', ...cert, ...at],
      /^gakumon: error: the signature of the metadata is not believed: .*not signed/,
    ],
    ['too far ahead', ['signed.xml', ...cert, ...at, '--max-validity', 'P13D'], /validUntil is .* ahead/],
    ['expired', ['signed.xml', ...cert, '--at', '2024-04-22T09:00:00Z'], /the metadata has expired/],
    ['a pipe', ['pipe.xml', '--unsigned'], /not a regular file/],
    ['a folder', ['folder.xml', '--unsigned'], /not a regular file|directory/],
    ['a device without an end', ['/dev/zero', '--unsigned'], /not a regular file/],
    ['an empty file', ['empty.xml', '--unsigned'], /well-formed/],
    ['a file that is not there', ['nowhere.xml', '--unsigned'], /nowhere\.xml is missing/],
  ])('refuses %s, with a reason', async (_, args, reason) => {
    const { code, stdout, stderr } = await gakumon('metadata', 'verify', ...args);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(reason);
  });

  test.each([
    [['signed.xml'], /nothing says why/],
    [['signed.xml', '--unsigned', ...cert], /contradict/],
    [['signed.xml', ...cert, '--at', 'tomorrow'], /--at tomorrow/],
    [['unsigned.xml', '--unsigned', '--allow-sha1'], /nothing is signed/],
    [['signed.xml', ...cert, '--max-validity', '15'], /--max-validity 15/],
    [['ftp://metadata.example/x', ...cert], /no http or https address/],
    [['https://user:secret@metadata.example/x', ...cert], /user name or password/],
    [['http://metadata.example/x', '--unsigned'], /must be https/],
  ])('%j is wrong usage', async (args, reason) => {
    const { code, stdout, stderr } = await gakumon('metadata', 'verify', ...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(reason);
    expect(stderr).not.toContain('secret');
  });

  test('fetches through the proxy of the configuration', async () => {
    const cwd = await temporaryFolder();
    const proxy = new URL(server.url).origin;
    await writeFile(join(cwd, 'signer.crt'), signer.certificatePem);
    await writeFile(
      join(cwd, 'gakumon.yaml'),
      `version: 1
idp: { entityId: 'https://idp.example.ac.jp/', baseUrl: 'https://idp.example.ac.jp', scopes: [example.ac.jp], organization: { ja: 大学, en: U } }
directory: [{ name: local, file: users.yaml }]
metadata: { proxy: '${proxy}' }
`,
    );
    server.put(signedFederation(['one'], made + 14 * day, signer));
    const args = ['metadata', 'verify', 'http://metadata.example.invalid/all.xml', ...cert, ...at];
    const { code, stderr } = await gakumonIn(cwd)(...args);
    expect([code, stderr]).toEqual([0, '']);
  });

  test('fetches an address; what is no metadata is refused', async () => {
    server.put(signedFederation(['one'], made + 14 * day, signer));
    const found = await gakumon('metadata', 'verify', server.url, ...cert, ...at);
    expect([found.code, found.stderr]).toEqual([0, '']);
    server.put('<!DOCTYPE html><html><body>Sorry</body></html>', 'text/html');
    const { code, stdout, stderr } = await gakumon('metadata', 'verify', server.url, ...cert, ...at);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/HTML|DOCTYPE/);
    expect(stderr).not.toMatch(/in force|tried again/);
  });
});
