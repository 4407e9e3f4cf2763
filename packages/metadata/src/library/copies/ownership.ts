import { randomUUID } from 'node:crypto';
import type { Stats } from 'node:fs';
import { chmod, lstat, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** Others may write. */
const openToOthers = 0o022;

const isOwn = ({ uid }: Stats): boolean => process.getuid === undefined || uid === process.getuid();
const isClosed = ({ mode }: Stats): boolean => (mode & openToOthers) === 0;

/**
 * Closes a directory of this user to everybody else. Whatever others could have put or changed in it is put aside under a
 * name that nobody looks at, so that it is neither believed nor, while its owner might exchange it for a link, deleted.
 * @param isPlace tells the names that are looked at
 * @returns how many were put aside
 * @throws the error of the file system
 */
export async function closeToOthers(directory: string, isPlace: (name: string) => boolean): Promise<number> {
  const status = await stat(directory);
  // First of all: from now on nobody else can add to it.
  if ((status.mode & 0o077) !== 0) await chmod(directory, 0o700);
  let aside = 0;
  for (const name of (await readdir(directory)).filter(isPlace)) {
    const place = join(directory, name);
    if (isClosed(status) && (await isOwnThroughout(place, depthOfPlace))) continue;
    await putAside(directory, name);
    aside += 1;
  }
  return aside;
}

/** A place, its copies, and their files. */
const depthOfPlace = 3;

async function isOwnThroughout(path: string, depth: number): Promise<boolean> {
  const status = await lstat(path);
  if (!isOwn(status) || !(status.isDirectory() || status.isFile()) || !isClosed(status)) return false;
  if (!status.isDirectory()) return true;
  if (depth === 1) return false;
  const names = await readdir(path);
  for (const name of names) if (!(await isOwnThroughout(join(path, name), depth - 1))) return false;
  return true;
}

async function putAside(directory: string, name: string): Promise<void> {
  const aside = join(directory, `refused-${randomUUID()}`);
  const isSafe = await isOwnThroughout(join(directory, name), depthOfPlace);
  await rename(join(directory, name), aside);
  // Nobody else can change anything in it.
  if (isSafe) await rm(aside, { recursive: true, force: true });
}
