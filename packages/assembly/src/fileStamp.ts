import { stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** Between two looks at a file that may still be being written, milliseconds. */
const settling = 30;
const mostLooks = 20;

/** Something that differs whenever a file was written, replaced or taken away. */
export async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch (error) {
    return `unreadable ${(error as NodeJS.ErrnoException).code}`;
  }
}

/** The same, once it holds still: half of a file that is being copied may look like a good one. */
export async function settledStampOf(file: string): Promise<string> {
  let stamp = await stampOf(file);
  for (let look = 0; look < mostLooks; look += 1) {
    await delay(settling);
    const next = await stampOf(file);
    if (next === stamp) break;
    stamp = next;
  }
  return stamp;
}
