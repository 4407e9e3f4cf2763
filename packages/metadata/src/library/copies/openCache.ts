import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { access, constants, mkdir, mkdtemp, readdir, rm, stat, utimes } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileTrouble } from '@gakumon/terms';
import { closeToOthers } from './ownership.ts';
import { type Slot, slotAt } from './slot.ts';

/** The directory in which the sources' documents have their places. */
export interface Cache {
  readonly directory: string;
  /** Why it is not the configured one, or what lay in that is not believed; undefined when all is well. */
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
 * does not, or can't be written, the work is done in a private directory instead, with a warning. What others could have
 * written in it is put aside, with a warning too.
 * @param configured undefined: a private one
 */
export async function openCache(configured: string | undefined): Promise<Cache> {
  const { trouble, warning } = configured === undefined ? sound : await prepare(configured);
  const isPrivate = configured === undefined || trouble !== undefined;
  const directory = isPrivate ? await mkdtemp(join(tmpdir(), 'gakumon-metadata-')) : configured;
  const forget = (): void => rmSync(directory, { recursive: true, force: true });
  if (isPrivate) process.once('exit', forget);
  const used = new Map<string, Slot>();
  const folders = new Set<string>();
  return {
    directory,
    warning,
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

/** What a look at the configured directory came to. */
type Prepared = {
  /** Why it can't be used. */
  readonly trouble: string | undefined;
  readonly warning: string | undefined;
};

const sound: Prepared = { trouble: undefined, warning: undefined };

async function prepare(directory: string): Promise<Prepared> {
  const unusable = (trouble: string): Prepared => ({
    trouble,
    warning: `the metadata cache ${directory} ${trouble}; everything is fetched and verified in a private directory`,
  });
  try {
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const { uid } = await stat(directory);
    if (process.getuid !== undefined && uid !== process.getuid()) return unusable('belongs to another user');
    await access(directory, constants.R_OK | constants.W_OK | constants.X_OK);
    const aside = await closeToOthers(directory, (name) => slotName.test(name));
    if (aside === 0) return sound;
    const warning = `others could write into the metadata cache ${directory}: ${aside} of its folders were put aside, and what they were for is fetched and verified again; folders refused-… that are left there can be deleted`;
    return { trouble: undefined, warning };
  } catch (error) {
    return unusable(fileTrouble(error));
  }
}

function slotNameOf(key: string, label: string): string {
  const readable = label.replace(/[^A-Za-z0-9]+/g, '-').replace(/^-|-$/g, '') || 'source';
  return `${readable.slice(0, 40)}-${createHash('sha256').update(key).digest('hex').slice(0, 16)}`;
}
