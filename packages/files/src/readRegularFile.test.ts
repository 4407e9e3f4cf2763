import { execFileSync } from 'node:child_process';
import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { readRegularFile } from './readRegularFile.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'gakumon-files-'));
});
afterEach(() => rm(folder, { recursive: true }));

describe('a file that an operator names', () => {
  test('is read up to the limit, and refused beyond it', async () => {
    const file = join(folder, 'file');
    await writeFile(file, 'x'.repeat(3_000_000));
    expect((await readRegularFile(file, 3_000_000)).toString()).toBe('x'.repeat(3_000_000));
    await appendFile(file, 'x');
    await expect(readRegularFile(file, 3_000_000)).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: `${file} is larger than 3000000 octets, which is the limit`,
    });
  });

  test('may be empty', async () => {
    await writeFile(join(folder, 'empty'), '');
    expect(await readRegularFile(join(folder, 'empty'), 0)).toHaveLength(0);
  });

  test('that is a pipe nobody writes to holds nobody', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    await expect(readRegularFile(pipe, 10)).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: `${pipe} is not a regular file`,
    });
  });

  test('that is a device without end is not begun', async () => {
    await expect(readRegularFile('/dev/zero', 10)).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: '/dev/zero is not a regular file',
    });
  });

  test('that claims to be empty and is not is read all the same', async () => {
    await expect(readRegularFile('/proc/self/status', 10)).rejects.toMatchObject({ code: 'file-unreadable' });
  });

  test('that is not there, or is a folder, is told with what the system said', async () => {
    await expect(readRegularFile(join(folder, 'none'), 10)).rejects.toMatchObject({
      detail: `${join(folder, 'none')} is missing`,
      cause: { code: 'ENOENT' },
    });
    await expect(readRegularFile(folder, 10)).rejects.toMatchObject({ detail: `${folder} is not a regular file` });
  });
});
