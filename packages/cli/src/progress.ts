import type { Terminal } from './terminal.ts';

const width = 30;

/**
 * Shows how far something has come, on a terminal.
 * @param label what is under way
 * @returns takes how much is done; at the end, nothing is left of it on the screen
 */
export function progressBar(
  { showProgress }: Pick<Terminal, 'showProgress'>,
  label: string,
  total: number,
): { readonly show: (done: number) => void; readonly end: () => void } {
  return {
    show(done) {
      const share = total === 0 ? 1 : Math.min(1, done / total);
      const filled = Math.floor(share * width);
      showProgress(`${label} [${'='.repeat(filled)}${' '.repeat(width - filled)}] ${done}/${total}`);
    },
    end: () => showProgress(''),
  };
}
