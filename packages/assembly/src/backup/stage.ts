import { mkdir, mkdtemp, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { GakumonError } from '@gakumon/terms';
import { telling } from './wholeFile.ts';

/** Where a folder is made before it is where it belongs. Only its owner can enter it. */
export type Stage = {
  readonly path: string;
  /** Moves a folder of the stage to its place; `last` is the file by which others take it for whole. */
  readonly finish: (tree: string, last: string) => Promise<void>;
  /** Leaves nothing behind of what was not finished. */
  readonly clear: () => Promise<void>;
};

const insideName = '.gakumon-restore.';

/**
 * Prepares to make a folder that is missing or empty. One that is missing appears whole; into one that is there, which may
 * be a mounted volume, the parts are moved when all of them are complete.
 * @throws GakumonError `file-exists`, `file-unreadable`
 */
export async function openStage(folder: string): Promise<Stage> {
  const before = await telling(folder, () => listFolder(folder));
  if (before === undefined) return openBeside(folder);
  const unfinished = before.find((name) => name.startsWith(insideName));
  if (unfinished !== undefined) {
    throw new GakumonError('file-exists', {
      detail: `${join(folder, unfinished)} is of a restore that was broken off, or that runs now`,
      hint: 'when none runs, empty the folder and try again',
    });
  }
  if (before.length > 0) {
    throw new GakumonError('file-exists', { detail: `${folder} is not empty; nothing was changed` });
  }
  return openInside(folder);
}

async function openBeside(folder: string): Promise<Stage> {
  await telling(dirname(folder), () => mkdir(dirname(folder), { recursive: true }));
  const path = await telling(folder, () => mkdtemp(join(dirname(folder), `.${basename(folder)}.`)));
  return {
    path,
    finish: (tree) => telling(folder, () => rename(tree, folder)),
    clear: () => rm(path, { recursive: true, force: true }),
  };
}

async function openInside(folder: string): Promise<Stage> {
  const path = await telling(folder, () => mkdtemp(join(folder, insideName)));
  return {
    path,
    async finish(tree, last) {
      const names = await telling(tree, () => readdir(tree));
      for (const name of [...names.filter((other) => other !== last), last]) {
        await telling(folder, () => rename(join(tree, name), join(folder, name)));
      }
    },
    clear: () => rm(path, { recursive: true, force: true }),
  };
}

async function listFolder(folder: string): Promise<readonly string[] | undefined> {
  try {
    return await readdir(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
