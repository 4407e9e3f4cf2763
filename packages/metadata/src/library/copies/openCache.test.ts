import { chmod, chown, mkdir, readdir, rm, stat, symlink, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { openCache } from './openCache.ts';

let folder: string;
beforeEach(async () => {
  folder = join(await temporaryFolder(), 'cache');
});
const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;
const now = 1_800_000_000_000;
const days = 86_400_000;

describe('the cache of metadata', () => {
  test('is made for this user alone, and stays when it is closed', async () => {
    const cache = await openCache(folder);
    expect([cache.directory, cache.warning, await modeOf(folder)]).toEqual([folder, undefined, 0o700]);
    await cache.close();
    expect(await modeOf(folder)).toBe(0o700);
  });

  test('that others could write into is closed to them', async () => {
    await mkdir(folder);
    await chmod(folder, 0o777);
    expect((await openCache(folder)).warning).toBeUndefined();
    expect(await modeOf(folder)).toBe(0o700);
  });

  async function foldersAfterOpening(spoil: (slot: string) => Promise<unknown>): Promise<readonly string[]> {
    const former = await openCache(folder);
    const { directory, makeCopy } = former.slot('key', 'label');
    await writeFile(join((await makeCopy()).path, 'entities'), 'of before');
    await spoil(directory);
    const cache = await openCache(folder);
    expect(cache.warning).toContain('others could write into');
    expect((await openCache(folder)).warning).toBeUndefined();
    await cache.slot('key', 'label').stamp();
    expect(await readdir(directory)).toEqual([]);
    return readdir(folder);
  }
  const aside = expect.stringMatching(/^refused-[0-9a-f-]{36}$/);
  const ours = expect.stringMatching(/^label-/);

  test('attack: what was in it while others could write into it is not believed', async () => {
    expect(await foldersAfterOpening(() => chmod(folder, 0o777))).toEqual([ours]);
    expect(await modeOf(folder)).toBe(0o700);
  });

  test('attack: a folder in it that others could write into is not believed, and not deleted', async () => {
    expect(await foldersAfterOpening((slot) => chmod(slot, 0o770))).toEqual([ours, aside]);
  });

  test('attack: a link to what others could write', async () => {
    await mkdir(folder, { mode: 0o700 });
    await symlink('/tmp', join(folder, 'label-0123456789abcdef'));
    expect((await openCache(folder)).warning).toContain('others could write into');
    expect(await readdir(folder)).toEqual([aside]);
  });

  const isRoot = process.getuid?.() === 0;
  (isRoot ? test : test.skip)(
    'attack: of another user is neither believed nor written: a private one, which goes',
    async () => {
      await mkdir(folder);
      await chown(folder, 12_345, 12_345);
      const cache = await openCache(folder);
      expect(cache.warning).toContain('belongs to another user');
      expect(cache.directory).not.toContain(folder);
      expect(await modeOf(cache.directory)).toBe(0o700);
      await cache.slot('key', 'label').makeCopy();
      expect(await readdir(folder)).toEqual([]);
      await cache.close();
      await expect(stat(cache.directory)).rejects.toMatchObject({ code: 'ENOENT' });
    },
  );

  (isRoot ? test : test.skip)('attack: what another user planted in it, however deep', async () => {
    for (const depth of [0, 1, 2]) {
      await rm(folder, { recursive: true, force: true });
      const plant = async (slot: string): Promise<void> => {
        const [copy = ''] = await readdir(slot);
        await chown(join(slot, ...[copy, 'entities'].slice(0, depth)), 12_345, 12_345);
      };
      expect(await foldersAfterOpening(plant)).toEqual([ours, aside]);
    }
  });

  test('that is a file, or lies below one, is done without', async () => {
    await writeFile(folder, '');
    for (const path of [folder, join(folder, 'below')]) {
      const cache = await openCache(path);
      expect(cache.warning).toContain(path);
      await cache.close();
    }
  });

  test('has a place for each key, whatever it is called', async () => {
    const cache = await openCache(folder);
    const labels = ['gakunin', '../../etc', '学認', ''];
    const places = labels.flatMap((label) => ['a', 'b'].map((key) => cache.slot(key + label, label).directory));
    expect(new Set(places).size).toBe(8);
    for (const place of places) expect(place.startsWith(`${folder}/`) && !place.includes('..')).toBe(true);
    expect(cache.slot('a', 'x')).toBe(cache.slot('a', 'x'));
  });

  test('keeps a month what nobody needs, and never touches what it does not know', async () => {
    const former = await openCache(folder);
    for (const key of ['gone', 'lately', 'used']) await former.slot(key, key).makeCopy();
    await mkdir(join(folder, 'something else'));
    const names = await readdir(folder);
    for (const name of names) {
      const age = name.startsWith('lately') ? 29 * days : 31 * days;
      await utimes(join(folder, name), (now - age) / 1000, (now - age) / 1000);
    }
    const cache = await openCache(folder);
    cache.slot('used', 'used');
    await cache.sweep(now);
    expect((await readdir(folder)).map((name) => name.replace(/-[0-9a-f]{16}$/, '')).sort()).toEqual([
      'lately',
      'something else',
      'used',
    ]);
  });
});
