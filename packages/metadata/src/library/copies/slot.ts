import { randomUUID } from 'node:crypto';
import type { BigIntStats } from 'node:fs';
import { link, mkdir, open, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { emptySlot, listNeeded, parseSlotState, type SlotState } from './slotState.ts';

/** The place of one document on the disk: its copies, and the state that says which of them count. */
export interface Slot {
  readonly directory: string;
  /** Differs when somebody, this process too, may have changed the state. One stat. */
  stamp(): Promise<string>;
  read(): Promise<SlotState>;
  /**
   * Changes the state, whatever other processes do meanwhile: `change` may be called again with what they left.
   * @returns what was written
   */
  change(change: (state: SlotState) => SlotState): Promise<SlotState>;
  /** An empty directory for a copy; it counts when a state names it. */
  makeCopy(): Promise<{ readonly name: string; readonly path: string }>;
  /** Takes away the copies that no state names, but none that another process may still be writing. */
  sweep(now: number): Promise<void>;
}

/** No intake takes longer: what nobody names and nobody has written to for this long is left over. Milliseconds. */
export const longestIntake = 3_600_000;

const mostTries = 100;
/** The coarsest clock of a file system that is in use, milliseconds. */
const settled = 2000;
const numbered = /^state-(\d{12})\.json$/;
const lastNumber = 999_999_999_999;

/**
 * The place of a document; it is made when it is first looked at. The state is a row of numbered files, of which the highest counts: each is made whole
 * under another name and then linked, which fails when another process was first. So nobody reads half of one, nobody's
 * change is lost, and there is no lock that a killed process could leave behind.
 */
export function slotAt(directory: string): Slot {
  const make = (): Promise<unknown> => mkdir(directory, { recursive: true, mode: 0o700 });

  async function readNewest(): Promise<{ readonly number: number; readonly state: SlotState }> {
    for (let tries = 0; tries < mostTries; tries += 1) {
      const numbers = await listNumbers(directory);
      const found = await readFirst(directory, numbers);
      if (found !== 'gone') return { number: numbers[0] ?? 0, state: found };
    }
    throw new Error(`${directory} changes all the time`);
  }

  async function change(edit: (state: SlotState) => SlotState): Promise<SlotState> {
    await make();
    for (let tries = 0; tries < mostTries; tries += 1) {
      const { number, state } = await readNewest();
      const next = edit(state);
      const following = number < lastNumber ? number + 1 : await beginAgain(directory);
      if (!(await writeNumbered(directory, following, next))) continue;
      await dropOld(directory, following, next);
      return next;
    }
    throw new Error(`others change ${directory} again and again`);
  }

  return {
    directory,
    stamp: async () => {
      const found = await stat(directory, { bigint: true }).catch(unlessMissing);
      if (found !== undefined) return stampOf(found);
      await make();
      return stampOf(await stat(directory, { bigint: true }));
    },
    read: async () => (await readNewest()).state,
    change,
    makeCopy: async () => {
      const name = `copy-${randomUUID()}`;
      const path = join(directory, name);
      await make();
      await mkdir(path, { mode: 0o700 });
      return { name, path };
    },
    sweep: async (now) => {
      const needed = new Set(listNeeded((await readNewest()).state));
      for (const name of await readdir(directory)) {
        const isState = numbered.test(name) || needed.has(name);
        if (!isState && (await lastTouched(join(directory, name))) < now - longestIntake) {
          await rm(join(directory, name), { recursive: true, force: true });
        }
      }
    },
  };
}

/** What happens twice within a tick of the file system's clock leaves one time: a time just now proves nothing. */
function stampOf({ mtimeNs, mtimeMs }: BigIntStats): string {
  const now = Date.now();
  return Math.abs(now - Number(mtimeMs)) < settled ? `${mtimeNs} ${now} ${randomUUID()}` : `${mtimeNs}`;
}

/** The highest first. */
async function listNumbers(directory: string): Promise<number[]> {
  const numbers = (await readdir(directory)).flatMap((name) => numbered.exec(name)?.[1] ?? []);
  return numbers.map(Number).sort((one, other) => other - one);
}

const fileOf = (directory: string, number: number): string =>
  join(directory, `state-${String(number).padStart(12, '0')}.json`);

/** No change ever comes to the last number, but a file with it must not be the end of all changes. @returns the first */
async function beginAgain(directory: string): Promise<number> {
  for (const number of await listNumbers(directory)) await rm(fileOf(directory, number), { force: true });
  return 1;
}

/** The newest that is whole; what the one before it says is still true enough when the power fell. */
async function readFirst(directory: string, numbers: readonly number[]): Promise<SlotState | 'gone'> {
  for (const number of numbers) {
    const text = await readFile(fileOf(directory, number), 'utf8').catch(unlessMissing);
    if (text === undefined) return 'gone';
    const state = parseSlotState(text);
    if (state !== undefined) return state;
  }
  return emptySlot;
}

/** @returns whether this process was the first with that number */
async function writeNumbered(directory: string, number: number, state: SlotState): Promise<boolean> {
  const temporary = join(directory, `new-${randomUUID()}`);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(state));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await linkOrRename(temporary, fileOf(directory, number));
    // A process that slept may get a number that went long ago: only the highest counts.
    return (await listNumbers(directory))[0] === number;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Some file systems know no links; there a change that came at the same moment may be lost, but nothing is torn. */
async function linkOrRename(temporary: string, target: string): Promise<void> {
  try {
    await link(temporary, target);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'].includes(codeOf(error) ?? '')) throw error;
    await rename(temporary, target);
  }
}

/** Keeps the state before this one, in case the power falls, and what both of them need. */
async function dropOld(directory: string, number: number, state: SlotState): Promise<void> {
  const before = (await listNumbers(directory)).filter((one) => one < number);
  const keptText =
    before[0] === undefined ? undefined : await readFile(fileOf(directory, before[0]), 'utf8').catch(unlessMissing);
  const kept = keptText === undefined ? emptySlot : (parseSlotState(keptText) ?? emptySlot);
  for (const old of before.slice(1)) {
    const text = await readFile(fileOf(directory, old), 'utf8').catch(unlessMissing);
    const gone = listNeeded((text === undefined ? undefined : parseSlotState(text)) ?? emptySlot);
    const needed = new Set([...listNeeded(state), ...listNeeded(kept)]);
    for (const name of gone.filter((one) => !needed.has(one))) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
    await rm(fileOf(directory, old), { force: true });
  }
}

async function lastTouched(path: string): Promise<number> {
  const own = await stat(path).catch(unlessMissing);
  if (own === undefined || !own.isDirectory()) return own?.mtimeMs ?? Number.POSITIVE_INFINITY;
  const inside = await readdir(path).catch(unlessMissing);
  const times = await Promise.all((inside ?? []).map((name) => stat(join(path, name)).catch(unlessMissing)));
  return Math.max(own.mtimeMs, ...times.map((one) => one?.mtimeMs ?? 0));
}

function unlessMissing(error: unknown): undefined {
  if (codeOf(error) !== 'ENOENT') throw error;
}

const codeOf = (error: unknown): string | undefined => (error as NodeJS.ErrnoException).code;
