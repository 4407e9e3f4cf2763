import { existsSync } from 'node:fs';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileTrouble, GakumonError } from '@gakumon/terms';

/** A file to be made; `path` is relative to the folder of the installation. */
export type NewFile = { readonly path: string; readonly content: string; readonly secret?: boolean };

/**
 * Writes files that must not exist yet. Nothing is written when one of them does. Secret ones can be read by their owner
 * only, and so can the folder that they are in, unless it is that of the installation itself.
 * @returns their absolute paths
 * @throws GakumonError `file-exists`
 */
export async function writeNewFiles(folder: string, files: readonly NewFile[]): Promise<readonly string[]> {
  const paths = files.map(({ path }) => join(folder, path));
  const existing = paths.filter((path) => existsSync(path));
  if (existing.length > 0) {
    throw new GakumonError('file-exists', { detail: `${existing[0]} is there already; nothing was changed` });
  }
  for (const { path, content, secret = false } of files) {
    const file = join(folder, path);
    await mkdir(dirname(file), { recursive: true });
    if (secret && dirname(path) !== '.') await chmod(dirname(file), 0o700);
    await writeNewFile(file, content, secret ? 0o600 : 0o644);
  }
  return paths;
}

async function writeNewFile(file: string, content: string, mode: number): Promise<void> {
  try {
    await writeFile(file, content, { flag: 'wx', mode });
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new GakumonError(code === 'EEXIST' ? 'file-exists' : 'file-unreadable', {
      detail: `${file} ${fileTrouble(cause)}`,
      cause,
    });
  }
}
