import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileTrouble, GakumonError } from '@gakumon/terms';

/** The files of an installation, and what was left out. */
export type InstallationFiles = {
  /** Absolute, each once. */
  readonly files: readonly string[];
  /** Those of the paths that are folders; each once. */
  readonly folders: readonly string[];
  /** In words for the operator. */
  readonly warnings: readonly string[];
};

/** More than any installation has, and few enough to be looked at one by one. */
export const mostFiles = 20_000;

/**
 * Finds the files behind paths, folders with all that is in them. A link to a file counts as that file, since that is what
 * Gakumon reads; a link to a folder inside of a folder is not followed.
 * @param isOwn what is left out without a word, such as the database
 * @throws GakumonError `file-unreadable`
 */
export async function listInstallationFiles(
  paths: readonly string[],
  isOwn: (path: string) => boolean,
): Promise<InstallationFiles> {
  const files = new Set<string>();
  const folders: string[] = [];
  const warnings: string[] = [];
  const visitFolder = async (folder: string): Promise<void> => {
    for (const entry of await readFolder(folder)) {
      const path = join(folder, entry.name);
      if (isOwn(path)) continue;
      if (entry.isDirectory()) await visitFolder(path);
      else await visitFile(path, entry.isSymbolicLink());
    }
  };
  const visitFile = async (path: string, isLink: boolean): Promise<void> => {
    const found = await kindOf(path);
    if (found === 'file') files.add(path);
    else warnings.push(`${path} was left out: ${leftOut(found, isLink)}`);
    if (files.size > mostFiles) {
      throw new GakumonError('file-unreadable', { detail: `the configuration names more than ${mostFiles} files` });
    }
  };
  for (const path of new Set(paths)) {
    if (isOwn(path)) continue;
    if ((await kindOf(path)) === 'folder') {
      folders.push(path);
      await visitFolder(path);
    } else await visitFile(path, false);
  }
  return { files: [...files], folders, warnings };
}

type Kind = 'file' | 'folder' | 'missing' | 'other';

async function kindOf(path: string): Promise<Kind> {
  try {
    const found = await stat(path);
    if (found.isFile()) return 'file';
    return found.isDirectory() ? 'folder' : 'other';
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return 'missing';
    throw unreadable(path, cause);
  }
}

function leftOut(kind: Kind, isLink: boolean): string {
  if (kind === 'missing') return isLink ? 'it is a link that leads nowhere' : 'it is not there';
  return kind === 'folder' ? 'it is a link to a folder' : 'it is no regular file';
}

async function readFolder(folder: string): Promise<Dirent[]> {
  try {
    const entries = await readdir(folder, { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (cause) {
    throw unreadable(folder, cause);
  }
}

function unreadable(path: string, cause: unknown): GakumonError {
  return new GakumonError('file-unreadable', { detail: `${path} ${fileTrouble(cause)}`, cause });
}
