import { mkdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { writeNewFiles } from './newFiles.ts';

let folder: string;
beforeAll(async () => {
  folder = join(await temporaryFolder(), 'made');
  await mkdir(folder, { mode: 0o755 });
});

const modeOf = async (path: string): Promise<string> => ((await stat(path)).mode & 0o777).toString(8);

test('secrets are for their owner, and the folder of the installation keeps its mode', async () => {
  await writeNewFiles(folder, [
    { path: 'users.yaml', content: 'hashes', secret: true },
    { path: 'certs/signing.key', content: 'key', secret: true },
    { path: 'gakumon.yaml', content: 'plain' },
  ]);
  expect(await modeOf(folder)).toBe('755');
  expect(await modeOf(join(folder, 'users.yaml'))).toBe('600');
  expect(await modeOf(join(folder, 'certs'))).toBe('700');
  expect(await modeOf(join(folder, 'certs/signing.key'))).toBe('600');
  expect(await modeOf(join(folder, 'gakumon.yaml'))).toBe('644');
});

test('nothing is written when one of them exists', async () => {
  const files = [
    { path: 'new.yaml', content: 'new' },
    { path: 'users.yaml', content: 'overwritten' },
  ];
  await expect(writeNewFiles(folder, files)).rejects.toMatchObject({ code: 'file-exists' });
  expect(await readFile(join(folder, 'users.yaml'), 'utf8')).toBe('hashes');
  await expect(stat(join(folder, 'new.yaml'))).rejects.toMatchObject({ code: 'ENOENT' });
});
