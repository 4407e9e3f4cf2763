import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { writeKeysDocument } from './keysDocument.ts';

const file = join(import.meta.dirname, '../../../../docs/redis-keys.md');

test('docs/redis-keys.md says what the program does; GAKUMON_UPDATE_DOCS=1 writes it anew', async () => {
  const text = writeKeysDocument('gkm:');
  if (process.env.GAKUMON_UPDATE_DOCS === '1') await writeFile(file, text);
  expect(await readFile(file, 'utf8')).toBe(text);
});
