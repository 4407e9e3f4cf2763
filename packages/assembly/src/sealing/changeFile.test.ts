import { chmod, chown, lstat, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { changeFile } from './changeFile.ts';

let folder: string;
let file: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'sealing.key');
  await writeFile(file, 'a\n', { mode: 0o600 });
});

describe('changing a file of secrets', () => {
  test('of twenty changes at once none is lost', async () => {
    await Promise.all(Array.from({ length: 20 }, (_, index) => changeFile(file, (text) => `${text}${index}\n`)));
    const lines = (await readFile(file, 'utf8')).trim().split('\n');
    expect(lines).toHaveLength(21);
    expect(new Set(lines).size).toBe(21);
    expect(await readdir(folder)).toEqual(['sealing.key']);
  });

  test('nobody else can read it afterwards, but its group if that could before', async () => {
    await chmod(file, 0o644);
    await changeFile(file, () => 'b');
    expect((await stat(file)).mode & 0o777).toBe(0o640);
    await chmod(file, 0o604);
    await changeFile(file, () => 'c');
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('it stays its owner’s when somebody else changes it', async () => {
    if (process.getuid?.() === 0) await chown(file, 12_345, 12_346);
    const { uid, gid } = await stat(file);
    await changeFile(file, () => 'b');
    expect(await stat(file)).toMatchObject({ uid, gid });
  });

  test('a change that fails leaves everything as it was', async () => {
    const fail = (): string => {
      throw new RangeError('no');
    };
    await expect(changeFile(file, fail)).rejects.toMatchObject({ code: 'file-unreadable' });
    expect([await readFile(file, 'utf8'), await readdir(folder)]).toEqual(['a\n', ['sealing.key']]);
    await changeFile(file, () => 'b');
    expect(await readFile(file, 'utf8')).toBe('b');
  });

  test('what a symbolic link leads to is changed, and the link stays', async () => {
    const link = join(folder, 'link');
    await symlink(file, link);
    await changeFile(link, () => 'b');
    expect([(await lstat(link)).isSymbolicLink(), await readFile(file, 'utf8')]).toEqual([true, 'b']);
  });

  test('attack: what lies in the way is neither followed nor taken over, but told of', async () => {
    const victim = join(folder, 'victim');
    await writeFile(victim, 'untouched');
    await symlink(victim, `${file}.new`);
    await expect(changeFile(file, () => 'b', 100)).rejects.toMatchObject({
      code: 'file-held',
      hint: expect.stringContaining(`remove ${file}.new`),
    });
    expect([await readFile(victim, 'utf8'), await readFile(file, 'utf8')]).toEqual(['untouched', 'a\n']);
  });

  test('one that is not there is told by its path', async () => {
    await expect(changeFile(join(folder, 'none'), () => '')).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: `${join(folder, 'none')} is missing`,
    });
  });
});
