import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, chmod, constants, mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTrouble } from '@gakumon/terms';
import { type Slot, slotAt } from './slot.ts';

/** The directory in which the sources' documents have their places. */
export interface Cache {
  readonly directory: string;
  /** Why it is not the configured one; undefined when it is. */
  readonly warning: string | undefined;
  /**
   * The place of a document.
   * @param key names it among all documents of all sources
   * @param label how a person finds it in the directory
   */
  slot(key: string, label: string): Slot;
  /** A directory for a source that keeps its own files. */
  folder(key: string, label: string): string;
  /** Says that these slots are needed, and takes away those that nobody has needed for a month. */
  sweep(now: number): Promise<void>;
  /** Takes away a private directory; another one stays as it is. */
  close(): Promise<void>;
}

/** A slot that no process used for this long goes, milliseconds: 30 days. */
const longestUnused = 2_592_000_000;
const slotName = /^[A-Za-z0-9-]{1,40}-[0-9a-f]{16}$/;

/**
 * Opens the cache. What lies in it is believed without being verified again, so it has to belong to this user alone: where it
 * does not, or can't be written, the work is done in a private directory instead, with a warning.
 * @param configured undefined: a private one
 */
export async function openCache(configured: string | undefined): Promise<Cache> {
  const trouble = configured === undefined ? undefined : await prepare(configured);
  const isPrivate = configured === undefined || trouble !== undefined;
  const directory = isPrivate ? await mkdtemp(join(tmpdir(), 'gakumon-metadata-')) : configured;
  const forget = (): void => rmSync(directory, { recursive: true, force: true });
  if (isPrivate) process.once('exit', forget);
  const used = new Map<string, Slot>();
  const folders = new Set<string>();
  return {
    directory,
    warning:
      trouble &&
      `the metadata cache ${configured} ${trouble}; everything is fetched and verified in a private directory`,
    slot(key, label) {
      const name = slotNameOf(key, label);
      const slot = used.get(name) ?? slotAt(join(directory, name));
      used.set(name, slot);
      return slot;
    },
    folder(key, label) {
      const name = slotNameOf(key, label);
      folders.add(name);
      return join(directory, name);
    },
    async sweep(now) {
      const touch = (name: string): Promise<void> => utimes(join(directory, name), now / 1000, now / 1000);
      for (const name of folders) await touch(name).catch(() => undefined);
      for (const [name, slot] of used) {
        await slot.stamp();
        await touch(name);
        await slot.sweep(now);
      }
      for (const name of await readdir(directory)) {
        if (!slotName.test(name) || used.has(name) || folders.has(name)) continue;
        const { mtimeMs } = await stat(join(directory, name));
        if (mtimeMs < now - longestUnused) await rm(join(directory, name), { recursive: true, force: true });
      }
    },
    close: async () => {
      if (!isPrivate) return;
      process.off('exit', forget);
      await rm(directory, { recursive: true, force: true });
    },
  };
}

/** @returns why it can't be used */
async function prepare(directory: string): Promise<string | undefined> {
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { uid, mode } = await stat(directory);
    if (process.getuid !== undefined && uid !== process.getuid()) return 'belongs to another user';
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    if ((mode & 0o077) !== 0) await chmod(directory, 0o700);
    return undefined;
  } catch (error) {
    return fileTrouble(error);
  }
}

function slotNameOf(key: string, label: string): string {
  const readable = label.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'source';
  return `${readable.slice(0, 40)}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
