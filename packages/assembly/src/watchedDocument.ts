import { stat } from 'node:fs/promises';
import { isGakumonError } from '@gakumon/terms';
import type { Report } from './notice.ts';

/** A document that follows its file. */
export type WatchedDocument<T> = {
  /** What is in force now. */
  readonly current: () => T;
  /** Looks whether the file changed, and swaps the whole value when it did. Never rejects. */
  readonly refresh: () => Promise<void>;
};

/**
 * Reads a document, and reads it again whenever its file changes. A bad one leaves the last good one in force and says so
 * once.
 * @param load gives a fresh value; its GakumonError tells what is wrong
 * @throws GakumonError what `load` throws, at the first reading only
 */
export async function watchDocument<T>(
  file: string,
  load: (file: string) => Promise<T>,
  report: Report,
): Promise<WatchedDocument<T>> {
  // The stamp before the content: a change in between is seen at the next look.
  let stamp = await stampOf(file);
  let value = await load(file);
  return {
    current: () => value,
    refresh: async () => {
      const next = await stampOf(file);
      if (next === stamp) return;
      stamp = next;
      try {
        value = await load(file);
        report({ level: 'info', message: 'document read again', fields: { file } });
      } catch (error) {
        const reason = isGakumonError(error) ? (error.detail ?? error.code) : String(error);
        report({ level: 'error', message: 'document is bad; the last good one stays', fields: { file, reason } });
      }
    },
  };
}

/** A document that is not configured: the same value for ever. */
export function fixedDocument<T>(value: T): WatchedDocument<T> {
  return { current: () => value, refresh: async () => {} };
}

async function stampOf(file: string): Promise<string> {
  try {
    const { mtimeNs, size, ino } = await stat(file, { bigint: true });
    return `${mtimeNs} ${size} ${ino}`;
  } catch (error) {
    return `unreadable ${(error as NodeJS.ErrnoException).code}`;
  }
}
