import { existsSync, lstatSync, type Stats } from 'node:fs';
import { mkdtemp, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { fileTrouble, GakumonError, isGakumonError } from '@gakumon/terms';

/**
 * Makes a file that is there whole, or not at all. It is made in a hidden folder beside its place, which only its owner
 * can enter, and which is left behind only by a process that was killed.
 * @param force whether a file of this name may be replaced
 * @param make makes `result`, and may use `folder` for what it needs meanwhile
 * @throws GakumonError `file-exists`, `file-unreadable`, and what `make` throws
 */
export async function makeWholeFile<T>(
  file: string,
  force: boolean,
  make: (result: string, folder: string) => Promise<T>,
): Promise<T> {
  requireFree(file, force);
  const folder = await telling(
    dirname(file),
    () => mkdtemp(join(dirname(file), `.${basename(file)}.`)),
    'the file goes into a folder that is there: make it first',
  );
  try {
    const result = join(folder, 'result');
    const made = await telling(file, () => make(result, folder));
    requireFree(file, force);
    await telling(file, () => rename(result, file));
    return made;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function requireFree(file: string, force: boolean): void {
  // Nor a link, even to a file: /dev/stdout is one
  const found = lstatSync(file, { throwIfNoEntry: false });
  if (found !== undefined && !found.isFile()) {
    throw new GakumonError('file-exists', {
      detail: `${file} is no file but ${kindOf(found)}; it is never replaced`,
      hint: 'choose the name of a file; where the command takes one, - is standard output',
    });
  }
  if (force || !existsSync(file)) return;
  throw new GakumonError('file-exists', {
    detail: `${file} is there already; nothing was changed`,
    hint: 'choose another name, or say --force to replace it',
  });
}

function kindOf(found: Stats): string {
  if (found.isDirectory()) return 'a folder';
  if (found.isSymbolicLink()) return 'a link';
  if (found.isFIFO()) return 'a pipe';
  return found.isSocket() ? 'a socket' : 'a device';
}

/** Runs a step about a file; what the system refuses is told with its name. */
export async function telling<T>(file: string, step: () => Promise<T>, hint?: string): Promise<T> {
  try {
    return await step();
  } catch (cause) {
    if (isGakumonError(cause)) throw cause;
    throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(cause)}`, hint, cause });
  }
}
