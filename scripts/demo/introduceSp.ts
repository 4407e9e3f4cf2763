import { readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addressOf } from './settings.ts';
import { spKeyFiles } from './spKeyFiles.ts';

/**
 * Sees to it that the IdP's metadata folder tells of the demonstration SP at this port, and leaves a file that does as it
 * is.
 * @returns its path, relative to the folder
 */
export async function introduceSp(folder: string, port: number): Promise<string> {
  const path = 'metadata/demo-sp.xml';
  const file = join(folder, path);
  const baseUrl = addressOf(port);
  const known = await readFile(file, 'utf8').catch(() => '');
  if (known.includes(`"${baseUrl}/acs"`)) return path;
  // Only when needed: a second start should not pay for it.
  const { demoSpMetadata } = await import('@gakumon/demo-sp');
  const certificate = await readFile(join(folder, spKeyFiles.certificate), 'utf8');
  await writeFile(`${file}.new`, demoSpMetadata({ baseUrl, certificate }));
  await rename(`${file}.new`, file);
  return path;
}
