import { execFile } from 'node:child_process';
import { mkdir, symlink, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readSecret } from './secret.ts';

let file: string;
beforeEach(async () => {
  file = join(await temporaryFolder(), 'secret');
});

describe('a secret in a file', () => {
  test('is what stands there, without the white space around it', async () => {
    await writeFile(file, ' open sesame\n');
    expect(await readSecret({ file }, {})).toBe('open sesame');
  });

  test('that is missing or empty is told by its path', async () => {
    await expect(readSecret({ file }, {}, 'restore it')).rejects.toMatchObject({
      code: 'key-missing',
      detail: `${file} is missing`,
      hint: 'restore it',
    });
    await writeFile(file, '\n');
    await expect(readSecret({ file }, {})).rejects.toMatchObject({ code: 'key-invalid', detail: `${file} is empty` });
  });

  test.each([
    ['a pipe that nobody writes to', async () => promisify(execFile)('mkfifo', [file]), 'is not a regular file'],
    ['a folder', () => mkdir(file), 'is not a regular file'],
    ['a device without end', () => symlink('/dev/zero', file), 'is not a regular file'],
    [
      'a file without end',
      async () => {
        await writeFile(file, '');
        await truncate(file, 1_000_000_000);
      },
      'is larger than 65536 octets, which is the limit',
    ],
  ])('attack: %s in its place holds nobody and fills no memory', async (_, spoil, words) => {
    await spoil();
    await expect(readSecret({ file }, {})).rejects.toMatchObject({
      code: 'file-unreadable',
      detail: `${file} ${words}`,
    });
  });
});
