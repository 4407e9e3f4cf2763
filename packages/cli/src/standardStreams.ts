import { GakumonError } from '@gakumon/terms';

/** What stands for standard input or output in place of a file's name. */
export const standardStream = '-';

/**
 * Gives standard output, as somebody who may go away: `gakumon … | head`.
 * @returns writes a text, and resolves when it was taken
 * @throws from what it returns, GakumonError `file-unreadable` when nobody reads any more
 */
export function openOutput(): (text: string) => Promise<void> {
  const { stdout } = process;
  // Each write tells its own failure; without a listener the process would end before anything is cleared up
  stdout.on('error', () => {});
  return (text) =>
    new Promise((resolve, reject) => {
      stdout.write(text, (cause) => {
        if (!cause) resolve();
        else reject(new GakumonError('file-unreadable', { detail: 'nobody reads the output any more', cause }));
      });
    });
}
