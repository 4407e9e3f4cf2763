import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from '@jest/globals';

const folder = join(import.meta.dirname, 'golden');

/**
 * Compares a response with the file of the name, octet by octet; with GAKUMON_UPDATE_GOLDEN=1 writes it first. With a
 * clock that stands still and counted ids, even the RSA signatures are the same in every run.
 */
export async function expectGolden(name: string, samlResponse: string): Promise<void> {
  const file = join(folder, `${name}.xml`);
  const xml = Buffer.from(samlResponse, 'base64').toString('utf8');
  if (process.env.GAKUMON_UPDATE_GOLDEN === '1') {
    await mkdir(folder, { recursive: true });
    await writeFile(file, xml);
  }
  expect(xml).toBe(await readFile(file, 'utf8'));
}
