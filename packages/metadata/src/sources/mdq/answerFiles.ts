import { randomBytes } from 'node:crypto';
import { mkdir, readdir, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readRegularFile } from '@gakumon/files';
import { entityFetchLimits } from '../http/fetchLimits.ts';

/** Answers as they came, one file each; who reads one has to verify it again. */
export type AnswerFiles = {
  /** Makes the folder; the keys of what is there, the one written last at the end, too many and unfinished ones removed. */
  readonly open: () => Promise<readonly string[]>;
  /** @returns undefined when there is none that can be read */
  readonly read: (key: string) => Promise<{ readonly octets: Buffer; readonly fetchedAt: number } | undefined>;
  /** Replaces atomically. @throws what the system says */
  readonly write: (key: string, octets: Uint8Array, fetchedAt: number) => Promise<void>;
  readonly remove: (key: string) => Promise<void>;
};

const named = /^([0-9a-f]{64})\.xml$/;

/**
 * @param directory of one source and nothing else
 * @param most files
 */
export function createAnswerFiles(directory: string, most: number): AnswerFiles {
  const pathOf = (key: string): string => join(directory, `${key}.xml`);
  const remove = (key: string): Promise<void> => rm(pathOf(key), { force: true }).catch(() => {});
  return {
    open: async () => {
      await mkdir(directory, { recursive: true, mode: 0o700 });
      const found = await list(directory);
      const tooMany = Math.max(found.length - most, 0);
      await Promise.all(found.slice(0, tooMany).map(remove));
      return found.slice(tooMany);
    },
    read: async (key) => {
      try {
        const { mtimeMs } = await stat(pathOf(key));
        return { octets: await readRegularFile(pathOf(key), entityFetchLimits.decoded), fetchedAt: mtimeMs };
      } catch {
        return undefined;
      }
    },
    write: async (key, octets, fetchedAt) => {
      const unfinished = join(directory, `${key}.${randomBytes(6).toString('hex')}.part`);
      try {
        await writeFile(unfinished, octets, { flag: 'wx', mode: 0o600 });
        await utimes(unfinished, fetchedAt / 1000, fetchedAt / 1000);
        await rename(unfinished, pathOf(key));
      } catch (error) {
        await rm(unfinished, { force: true });
        throw error;
      }
    },
    remove,
  };
}

/** From the oldest on. What a crash left half written is removed; whoever is writing at this moment fails and tries again. */
async function list(directory: string): Promise<readonly string[]> {
  const names = await readdir(directory);
  const found: { key: string; at: number }[] = [];
  for (const name of names) {
    const key = named.exec(name)?.[1];
    if (key === undefined) {
      if (name.endsWith('.part')) await rm(join(directory, name), { force: true });
      continue;
    }
    const status = await stat(join(directory, name)).catch(() => undefined);
    if (status !== undefined) found.push({ key, at: status.mtimeMs });
  }
  return found.sort((one, other) => one.at - other.at).map(({ key }) => key);
}
