import { settledStampOf, stampOf } from './fileStamp.ts';

/** A file whose changes are looked for. */
export type WatchedFile = {
  /**
   * @returns what is in it, when it changed since the last call; the first call always tells
   * @throws what `read` throws; once for each change
   */
  readonly readIfChanged: () => Promise<string | undefined>;
};

export function watchFile(file: string, read: (file: string) => Promise<string>): WatchedFile {
  let stamp: string | undefined;
  return {
    async readIfChanged() {
      const next = await stampOf(file);
      if (next === stamp) return undefined;
      // The stamp before the content: a change in between is seen at the next look.
      stamp = stamp === undefined ? next : await settledStampOf(file);
      return read(file);
    },
  };
}
