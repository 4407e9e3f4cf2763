import { execFileSync } from 'node:child_process';
import { lstat, mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { makeWholeFile } from './wholeFile.ts';

const never = async (): Promise<never> => {
  throw new Error('it was begun');
};

test.each([
  ['a pipe', async (file: string) => void execFileSync('mkfifo', [file])],
  ['a folder', (file: string) => mkdir(file).then(() => undefined)],
  ['a link to a device', (file: string) => symlink('/dev/null', file)],
  ['a link to a file, as /dev/stdout may be', (file: string) => symlink(import.meta.filename, file)],
  ['a link to nothing', (file: string) => symlink('nothing', file)],
])('attack or mistake: %s is replaced by no file, not even with force', async (_, make) => {
  const folder = await temporaryFolder();
  const file = join(folder, 'target');
  await make(file);
  const before = (await lstat(file)).mode;
  await expect(makeWholeFile(file, true, never)).rejects.toMatchObject({ code: 'file-exists' });
  expect((await lstat(file)).mode).toBe(before);
  expect(await readdir(folder)).toEqual(['target']);
});

test('force replaces a file', async () => {
  const file = join(await temporaryFolder(), 'target');
  await writeFile(file, 'old');
  await expect(makeWholeFile(file, false, never)).rejects.toMatchObject({ code: 'file-exists' });
  await makeWholeFile(file, true, (result) => writeFile(result, 'new'));
  expect(await readFile(file, 'utf8')).toBe('new');
});
