import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip, gunzipSync, gzipSync } from 'node:zlib';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { makeBackup } from './makeBackup.ts';
import { type Manifest, writeManifest } from './manifest.ts';
import { restoreBackup } from './restoreBackup.ts';
import { makeSite } from './testing/site.ts';
import { type TarEntry, tar, tarball } from './testing/tarball.ts';

let good: Buffer;
let records: string;
let config: string;
let root: string;
let file: string;
let target: string;

beforeAll(async () => {
  const folder = await temporaryFolder();
  const site = await makeSite(join(folder, 'site'), 'directory: [{ name: local, file: users.yaml }]\n', {
    'users.yaml': 'people',
    'certs/signing.key': 'key',
  });
  const made = join(folder, 'good.tar.gz');
  await makeBackup({ config: site.config, env: {}, file: made, force: false, gakumon: '1', now: 0 });
  good = await readFile(made);
  const octets = gunzipSync(good).toString('latin1');
  records = /\{"format":"gakumon-records"[\s\S]*?"sha256":"\w+"\}\n/.exec(octets)?.[0] ?? '';
  config = await readFile(site.config.file, 'utf8');
});

beforeEach(async () => {
  root = await temporaryFolder();
  file = join(root, 'backup.tar.gz');
  target = join(root, 'site');
});

const describeFile = ({ path, body = '' }: TarEntry) => ({
  path,
  size: Buffer.byteLength(body),
  sha256: createHash('sha256').update(body).digest('hex'),
  mode: 0o600,
});

const theUsual = (): TarEntry[] => [
  { path: 'records.jsonl', body: records },
  { path: 'files/gakumon.yaml', body: config },
];

/** A backup whose manifest is right about its files, whatever these are; `changes` make it wrong. */
function backupOf(more: readonly TarEntry[], changes: Partial<Manifest> = {}): TarEntry[] {
  const entries = [...theUsual(), ...more];
  const about = { gakumon: '1', createdAt: '', config: 'gakumon.yaml', folders: [], named: [], variables: [] };
  const manifest = { ...about, files: entries.map(describeFile), ...changes };
  return [{ path: 'manifest.json', body: writeManifest(manifest) }, ...entries];
}

/** Restores it, with everything permitted; nothing may be left behind, anywhere. @returns the complaint */
async function refusalOf(octets: Uint8Array | undefined): Promise<string> {
  if (octets !== undefined) await writeFile(file, octets);
  const before = await readdir(root);
  const { code, detail } = await restoreBackup({ file, folder: target, absolute: true, records: true, env: {} }).then(
    () => ({ code: 'taken', detail: '' }),
    (error: { code: string; detail: string }) => error,
  );
  expect(await readdir(root)).toEqual(before);
  return `${code}: ${detail?.replace(file, 'F')}`;
}

test('what these attacks are made of is taken as long as nothing is wrong with it', async () => {
  await writeFile(file, tarball(backupOf([{ path: 'files/users.yaml', body: 'people' }])));
  await restoreBackup({ file, folder: target, absolute: false, records: false, env: {} });
  expect(await readFile(join(target, 'users.yaml'), 'utf8')).toBe('people');
});

describe('attack: an archive that leads out of its folder', () => {
  test.each([
    '../evil',
    'files/../../evil',
    'files/..',
    '/etc/evil',
    'files//evil',
    'files/./evil',
    'files/..\\..\\evil',
    'evil',
    'filesevil',
    'outside',
    'manifest.json/evil',
  ])('%s', async (path) => {
    expect(await refusalOf(tarball(backupOf([{ path, body: 'x' }])))).toMatch(
      /^backup-invalid: F holds ".*has no place/,
    );
  });

  test('by the name of the configuration, or of a folder', async () => {
    const named = (changes: Partial<Manifest>) => refusalOf(tarball(backupOf([], changes)));
    expect(await named({ config: '../files/gakumon.yaml' })).toMatch(/^backup-invalid: F lacks/);
    expect(await named({ folders: ['files/../../evil'] })).toMatch(/^backup-invalid: F holds .*no place/);
    expect(await named({ folders: ['/evil'] })).toMatch(/^backup-invalid: F holds .*no place/);
  });

  test('by a pax header with another path', async () => {
    const record = (path: string) => {
      const rest = ` path=${path}\n`;
      return `${rest.length + 2}${rest}`;
    };
    const entries = backupOf([]);
    const refusalWith = (type: string) =>
      refusalOf(tarball([...entries, { path: 'x', type, body: record('../evil') }, { path: 'files/a', body: 'x' }]));
    expect(await refusalWith('x')).toMatch(/^backup-invalid: F holds "\.\.\/evil"/);
    // One for all files, whose path nobody takes
    expect(await refusalWith('g')).toMatch(/^backup-invalid: F holds "files\/a", which its manifest does not/);
  });
});

describe('attack: what is no file', () => {
  test.each([
    ['a symbolic link', { path: 'files/evil', type: '2', linkPath: '/etc/passwd' }],
    ['a hard link', { path: 'files/evil', type: '1', linkPath: 'files/gakumon.yaml' }],
    ['a device', { path: 'files/evil', type: '3' }],
    ['a block device', { path: 'files/evil', type: '4' }],
    ['a pipe', { path: 'files/evil', type: '6' }],
    ['a folder', { path: 'files/evil/', type: '5' }],
    ['of a kind that nobody knows', { path: 'files/evil', type: 'Z' }],
  ])('%s', async (_, entry) => {
    expect(await refusalOf(tarball(backupOf([entry])))).toMatch(/^backup-invalid: F holds "files\/evil/);
  });

  test('a link first, then a file through it', async () => {
    const link = { path: 'files/out', type: '2', linkPath: root };
    expect(await refusalOf(tarball(backupOf([link, { path: 'files/out/evil', body: 'x' }])))).toMatch(
      /^backup-invalid/,
    );
  });
});

describe('attack: too much of it', () => {
  test('a thousand times what it was packed into', async () => {
    const zeros = Buffer.alloc(1_048_576);
    const promised = 400 * zeros.length;
    const content = function* () {
      yield tar([{ path: 'manifest.json', size: promised }]).subarray(0, 512);
      for (let count = 0; count < 400; count += 1) yield zeros;
    };
    await pipeline(Readable.from(content()), createGzip(), createWriteStream(file));
    expect((await stat(file)).size).toBeLessThan(1_000_000);
    expect(await refusalOf(undefined)).toMatch(/^backup-invalid: F unpacks to far more/);
  });

  test('an archive inside an archive', async () => {
    expect(await refusalOf(gzipSync(good))).toMatch(/^backup-invalid: F is no backup/);
  });

  test('more files than any installation has', async () => {
    const many = Array.from({ length: 20_010 }, (_, at) => ({ path: `files/${at}` }));
    expect(await refusalOf(tarball(backupOf(many)))).toMatch(/^backup-invalid: F holds too many files/);
  });

  test('one name twice, and a name that is a file and a folder', async () => {
    const twice = { path: 'files/a', body: 'x' };
    expect(await refusalOf(tarball(backupOf([twice, twice])))).toMatch(/^backup-invalid: F holds "files\/a" twice/);
    const below = { path: 'files/a/b', body: 'x' };
    expect(await refusalOf(tarball(backupOf([twice, below])))).toMatch(/^backup-invalid: F holds "files\/a\/b" twice/);
    expect(await refusalOf(tarball(backupOf([below, twice])))).toMatch(/^backup-invalid: F holds "files\/a" twice/);
  });

  test('a name that is too long for any disk', async () => {
    const path = `files/${'a'.repeat(300)}`;
    const pax = { path: 'x', type: 'x', body: `${path.length + 10} path=${path}\n` };
    expect(await refusalOf(tarball([...backupOf([]), pax, { path: 'short', body: 'x' }]))).toMatch(
      /^backup-invalid: F holds/,
    );
  });
});

describe('accident or attack: it is not what was written', () => {
  test.each([
    ['nothing', () => Buffer.alloc(0), /^backup-invalid: F is damaged/],
    ['no archive', () => Buffer.from('a note, '.repeat(100)), /^backup-invalid: F is damaged/],
    ['an archive of something else', () => tarball([{ path: 'a', body: 'x' }]), /^backup-invalid: F is no backup/],
    ['cut in the middle', () => good.subarray(0, good.length / 2), /^backup-invalid: F is damaged/],
    ['cut by one octet', () => good.subarray(0, -1), /^backup-invalid: F is damaged/],
    [
      'cut before the packing',
      () => gzipSync(gunzipSync(good).subarray(0, 5000)),
      /^backup-invalid: F (is damaged|lacks)/,
    ],
    ['without packing', () => gunzipSync(good), /^backup-invalid: F is damaged/],
    ['a header with another sum', () => gzipSync(spoil(gunzipSync(good), 520)), /^backup-invalid: F /],
    [
      'an entry that promises more than there is',
      () => tarball(backupOf([{ path: 'files/a', size: 9999 }])),
      /^backup-invalid/,
    ],
    [
      'a manifest that is not JSON',
      () => tarball([{ path: 'manifest.json', body: '{' }]),
      /^backup-invalid: F has a manifest/,
    ],
    [
      'a manifest that is null',
      () => tarball([{ path: 'manifest.json', body: 'null' }]),
      /^backup-invalid: F has a manifest/,
    ],
    ['a later format', () => tarball(laterFormat()), /^backup-invalid: F has version "2"/],
    [
      'files in other shapes',
      () => tarball(backupOf([], { files: [{}] as never })),
      /^backup-invalid: F has a manifest/,
    ],
    ['a file that is missing', () => tarball(backupOf([]).slice(0, 2)), /^backup-invalid: F lacks/],
    [
      'a file that is not listed',
      () => tarball([...backupOf([]), { path: 'files/x', body: '' }]),
      /^backup-invalid: F holds "files\/x", which/,
    ],
    [
      'another content',
      () => tarball([...backupOf([]).slice(0, 2), { path: 'files/gakumon.yaml', body: 'x' }]),
      /^backup-invalid: F holds another/,
    ],
    ['records that are none', () => tarball(withRecords('{}\n')), /^records-file-invalid: records.jsonl:1/],
    [
      'a configuration that is wrong',
      () => tarball(withConfig('version: 1\n')),
      /^config-invalid: .*\/site\/gakumon.yaml:1/,
    ],
    [
      'a database over a file of the backup',
      () => tarball(withConfig(`${config}stores: { records: gakumon.yaml }\n`)),
      /^backup-invalid: the backup holds/,
    ],
    [
      'a database over the folder',
      () => tarball(withConfig(`${config}stores: { records: . }\n`)),
      /^backup-invalid: the backup holds/,
    ],
  ] as const)('%s', async (_, make, complaint) => {
    expect(await refusalOf(make())).toMatch(complaint);
  });

  test('a file that is not there, or may not be read', async () => {
    expect(await refusalOf(undefined)).toMatch(/^file-unreadable: F is missing/);
    await writeFile(file, good);
    await chmod(file, 0);
    if (process.getuid?.() !== 0) expect(await refusalOf(undefined)).toMatch(/^file-unreadable: F may not be opened/);
  });
});

function spoil(octets: Buffer, at: number): Buffer {
  const copy = Buffer.from(octets);
  copy[at] = (copy[at] ?? 0) ^ 1;
  return copy;
}

function laterFormat(): TarEntry[] {
  const [manifest, ...others] = backupOf([]);
  const body = String(manifest?.body).replace('"version": 1', '"version": 2');
  return [{ path: 'manifest.json', body }, ...others];
}

function replaced(path: string, body: string): TarEntry[] {
  const entries = theUsual().map((entry) => (entry.path === path ? { path, body } : entry));
  const [manifest] = backupOf([], { files: entries.map(describeFile) });
  return [...(manifest === undefined ? [] : [manifest]), ...entries];
}

const withRecords = (body: string): TarEntry[] => replaced('records.jsonl', body);
const withConfig = (body: string): TarEntry[] => replaced('files/gakumon.yaml', body);
