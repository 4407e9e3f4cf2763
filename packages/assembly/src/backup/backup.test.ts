import { chmod, mkdir, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { GakumonError } from '@gakumon/terms';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { makeBackup } from './makeBackup.ts';
import { restoreBackup } from './restoreBackup.ts';
import { contentOf, makeSite, type Site, sessionsIn } from './testing/site.ts';

let root: string;
let file: string;
let target: string;

beforeEach(async () => {
  root = await temporaryFolder();
  file = join(root, 'backup.tar.gz');
  target = join(root, 'new/site');
});

const backUp = ({ config }: Site, more: object = {}) =>
  makeBackup({ config, env: {}, file, force: false, gakumon: '1.2.3', now: 0, ...more });

const restore = (more: object = {}) =>
  restoreBackup({ file, folder: target, absolute: false, records: false, env: {}, ...more });

/** Those who read a database of SQLite leave files beside it. */
const withoutDatabase = (content: Record<string, string>) =>
  Object.fromEntries(Object.entries(content).filter(([path]) => !path.startsWith('var')));

const usual = `directory: [{ name: local, file: users.yaml }]
metadata: { sources: [{ name: local, directory: metadata, unsigned: true }, { name: one, file: more/sp.xml, cert: [pin.pem] }] }
identifiers: { generators: [{ name: old, source: username, salt: { file: old.salt }, algorithm: sha1, encoding: base64 }] }
documents: { release: release.yaml, sps: sps.yaml }
`;
const usualFiles = {
  'users.yaml': 'users',
  'metadata/a.xml': 'a',
  'metadata/deep/b.xml': 'b',
  'more/sp.xml': 'sp',
  'pin.pem': 'pin',
  'old.salt': 'salt',
  'release.yaml': 'release',
  'sps.yaml': 'sps',
  'certs/signing.key': 'key',
  'certs/persistent-id.salt': 'salt of all',
  'certs/sealing.key': 'sealing',
  'not-named.txt': 'nobody named it',
  'metadata-cache/federation/state.json': 'a copy that is fetched again',
};

describe('a backup, restored elsewhere', () => {
  test('is the whole installation: every file that the configuration names, and the records', async () => {
    const site = await makeSite(join(root, 'site'), usual, usualFiles);
    const { files, records, warnings } = await backUp(site);
    expect(warnings).toEqual([]);
    expect(records.rows).toMatchObject({ sessions: 1 });
    expect(files).toHaveLength(Object.keys(usualFiles).length - 1);
    const summary = await restore();
    expect(summary).toMatchObject({
      config: join(target, 'gakumon.yaml'),
      backup: { gakumon: '1.2.3', createdAt: '1970-01-01T00:00:00.000Z', variables: [] },
      misplaced: [],
      records: { imported: { rows: { sessions: 1 } } },
    });
    const before = withoutDatabase(await contentOf(site.folder));
    const after = await contentOf(target);
    const { 'not-named.txt': left, ...named } = before;
    expect(left).toBe('nobody named it');
    const cached = Object.keys(named).filter((path) => path.startsWith('metadata-cache'));
    expect(cached).toHaveLength(3);
    for (const path of cached) delete named[path];
    expect(withoutDatabase(after)).toEqual(named);
    expect(Object.keys(after)).toContain('var/gakumon.db');
    expect(Object.keys(after)).not.toContain('var/gakumon.db-wal');
    expect(sessionsIn(join(target, 'var/gakumon.db'))).toEqual(['s1234567']);
    expect(await readdir(join(root, 'new'))).toEqual(['site']);
  });

  test('nobody else can read it, nor what was restored: modes are kept, and never widened', async () => {
    const site = await makeSite(join(root, 'site'), usual, usualFiles);
    await chmod(join(site.folder, 'users.yaml'), 0o666);
    await chmod(join(site.folder, 'pin.pem'), 0o400);
    await backUp(site);
    await restore();
    const modeOf = async (path: string) => ((await stat(path)).mode & 0o7777).toString(8);
    expect(await modeOf(file)).toBe('600');
    expect(await modeOf(target)).toBe('700');
    const modes = ['certs', 'certs/signing.key', 'release.yaml', 'users.yaml', 'pin.pem', 'var/gakumon.db'];
    expect(await Promise.all(modes.map((path) => modeOf(join(target, path))))).toEqual([
      '700',
      '600',
      '644',
      '644',
      '400',
      '600',
    ]);
  });

  test('a folder that is empty is there again; a folder that is there and empty is filled', async () => {
    const rest =
      'directory: [{ name: local, file: users.yaml }]\nmetadata: { sources: [{ name: m, directory: metadata, unsigned: true }] }\n';
    const site = await makeSite(join(root, 'site'), rest, { 'users.yaml': 'u', 'certs/signing.key': 'key' });
    await mkdir(join(site.folder, 'metadata'));
    await backUp(site);
    await mkdir(target, { recursive: true });
    await restore();
    expect(Object.keys(await contentOf(target)).sort()).toEqual(
      ['certs', 'certs/signing.key', 'gakumon.yaml', 'metadata', 'users.yaml', 'var', 'var/gakumon.db'].sort(),
    );
  });

  test('a link to a file is kept as that file; links to folders, pipes and what is missing are told', async () => {
    const site = await makeSite(join(root, 'site'), usual, usualFiles);
    const at = (path: string) => join(site.folder, path);
    await writeFile(join(root, 'real.key'), 'the real key');
    await symlink(join(root, 'real.key'), at('certs/linked.key'));
    await symlink(join(root, 'nowhere'), at('certs/dangling'));
    await symlink(root, at('metadata/loop'));
    await rm(at('sps.yaml'));
    const socket = createServer().listen(at('certs/socket'));
    await new Promise((resolve) => socket.once('listening', resolve));
    const { warnings } = await backUp(site);
    socket.close();
    expect([...warnings].sort()).toEqual(
      [
        `${at('certs/dangling')} was left out: it is a link that leads nowhere`,
        `${at('certs/socket')} was left out: it is no regular file`,
        `${at('metadata/loop')} was left out: it is a link to a folder`,
        `${at('sps.yaml')} was left out: it is not there`,
      ].sort(),
    );
    await restore();
    expect(await contentOf(target)).toMatchObject({ 'certs/linked.key': 'the real key' });
  });

  test('secrets of the environment are not in it: they are named', async () => {
    const rest = `${usual}keys: { sealing: { env: GAKUMON_SEALING }, salt: { file: certs/persistent-id.salt } }\n`;
    const site = await makeSite(join(root, 'site'), rest, usualFiles);
    const { warnings } = await backUp(site, { env: { GAKUMON_SEALING: 'hush-hush' } });
    expect(warnings).toEqual(['the environment variable GAKUMON_SEALING is not in it: keep its value elsewhere']);
    const octets = await contentOf(root);
    expect(gunzipSync(Buffer.from(octets['backup.tar.gz'] ?? '', 'latin1')).includes('hush-hush')).toBe(false);
    expect((await restore()).backup.variables).toEqual(['GAKUMON_SEALING']);
  });

  test('that is made where it would back itself up does not', async () => {
    const site = await makeSite(join(root, 'site'), usual, usualFiles);
    file = join(site.folder, 'metadata/backup.tar.gz');
    expect((await backUp(site)).files).not.toContain(file);
    expect((await backUp(site, { force: true })).files).not.toContain(file);
    expect((await readdir(join(site.folder, 'metadata'))).sort()).toEqual(['a.xml', 'backup.tar.gz', 'deep']);
  });

  test('overwrites nothing unless it is told to, and leaves nothing behind when it fails', async () => {
    const site = await makeSite(join(root, 'site'), usual, usualFiles);
    await writeFile(file, 'precious');
    await expect(backUp(site)).rejects.toMatchObject({ code: 'file-exists' });
    const stop = new AbortController();
    const onProgress = (): void => stop.abort(new GakumonError('interrupted'));
    const interrupted = backUp(site, { force: true, onProgress, signal: stop.signal });
    await expect(interrupted).rejects.toMatchObject({ code: 'interrupted' });
    await rm(join(site.folder, 'var'), { recursive: true });
    await expect(backUp(site, { force: true })).rejects.toMatchObject({ code: 'records-missing' });
    expect((await contentOf(root))['backup.tar.gz']).toBe('precious');
    expect((await readdir(root)).sort()).toEqual(['backup.tar.gz', 'site']);
  });
});

describe('what the configuration names outside of its folder', () => {
  let elsewhere: string;
  let site: Site;

  beforeEach(async () => {
    elsewhere = join(root, 'elsewhere');
    const rest = `directory: [{ name: local, file: ${elsewhere}/users.yaml }]
keys: { directory: ../shared/certs }
stores: { records: ${elsewhere}/gakumon.db }
documents: { release: ${root}/site/release.yaml }
`;
    site = await makeSite(join(root, 'site'), rest, {
      '../elsewhere/users.yaml': 'people',
      '../shared/certs/signing.key': 'key',
      'release.yaml': 'rules',
    });
    await backUp(site);
  });

  const expected = () => [
    { at: join(target, 'outside-of-this-folder', elsewhere, 'users.yaml'), belongs: `${elsewhere}/users.yaml` },
    {
      at: join(target, 'outside-of-this-folder', root, 'shared/certs/signing.key'),
      belongs: join(root, 'new/shared/certs/signing.key'),
    },
    { at: join(target, 'release.yaml'), belongs: join(root, 'site/release.yaml') },
  ];

  test('is put below the new folder, and told where it belongs; nothing is written elsewhere', async () => {
    await rename(site.folder, join(root, 'gone'));
    await rename(elsewhere, join(root, 'gone-too'));
    const { misplaced, records } = await restore();
    expect(misplaced).toEqual(expect.arrayContaining(expected().map((one) => ({ ...one, isPlaced: false }))));
    expect(misplaced).toHaveLength(3);
    expect(records).toEqual({ file: join(target, 'records.jsonl') });
    expect((await stat(join(target, 'records.jsonl'))).mode & 0o777).toBe(0o600);
    expect((await readdir(root)).sort()).toEqual(['backup.tar.gz', 'gone', 'gone-too', 'new', 'shared']);
    expect(await contentOf(target)).toMatchObject({
      [`outside-of-this-folder${elsewhere}/users.yaml`]: 'people',
      'release.yaml': 'rules',
    });
  });

  test('goes to its place when it is told to, over nothing that is there', async () => {
    await expect(restore({ absolute: true })).rejects.toMatchObject({ code: 'file-exists' });
    expect(await readdir(join(root, 'new'))).toEqual([]);
    await rename(site.folder, join(root, 'gone'));
    await rename(elsewhere, join(root, 'gone-too'));
    const { misplaced, records } = await restore({ absolute: true });
    expect(misplaced.every(({ isPlaced }) => isPlaced)).toBe(true);
    expect(records).toMatchObject({ imported: { rows: { sessions: 1 } } });
    expect(sessionsIn(`${elsewhere}/gakumon.db`)).toEqual(['s1234567']);
    expect(await contentOf(elsewhere)).toMatchObject({ 'users.yaml': 'people' });
    expect(await contentOf(join(root, 'new'))).toMatchObject({ 'shared/certs/signing.key': 'key' });
    expect((await readdir(target)).sort()).toEqual(['gakumon.yaml', 'release.yaml']);
  });
});

describe('restore into a place that is not free', () => {
  beforeEach(async () => {
    await backUp(await makeSite(join(root, 'site'), usual, usualFiles));
  });

  test('a folder with anything in it is left alone', async () => {
    await mkdir(target, { recursive: true });
    await writeFile(join(target, 'note'), 'mine');
    await expect(restore()).rejects.toMatchObject({
      code: 'file-exists',
      detail: expect.stringContaining('not empty'),
    });
    expect(await contentOf(target)).toEqual({ note: 'mine' });
  });

  test('one that an earlier restore was broken off in is told as such', async () => {
    await mkdir(join(target, '.gakumon-restore.abc'), { recursive: true });
    await expect(restore()).rejects.toMatchObject({ detail: expect.stringContaining('broken off') });
  });

  test('a file of that name', async () => {
    await mkdir(join(root, 'new'));
    await writeFile(target, 'mine');
    await expect(restore()).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  test('told to stop, it leaves nothing', async () => {
    const signal = AbortSignal.abort(new GakumonError('interrupted'));
    await expect(restore({ signal })).rejects.toMatchObject({ code: 'interrupted' });
    expect(await readdir(join(root, 'new'))).toEqual([]);
  });
});
