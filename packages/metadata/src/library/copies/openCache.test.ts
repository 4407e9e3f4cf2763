import { chmod, chown, mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises';
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
