import type { Terminal } from './terminal.ts';

const width = 30;

/**
 * Shows how far something has come, on a terminal.
 * @param label what is under way
 * @param total of what; 0 when it becomes known later
 * @returns takes how much is done, and of how much; at the end, nothing is left of it on the screen
 */
export function progressBar(
  { showProgress }: Pick<Terminal, 'showProgress'>,
  label: string,
  total = 0,
): { readonly show: (done: number, of?: number) => void; readonly end: () => void } {
  return {
    show(done, of = total) {
      const share = of === 0 ? 1 : Math.min(1, done / of);
      const filled = Math.floor(share * width);
      showProgress(`${label} [${'='.repeat(filled)}${' '.repeat(width - filled)}] ${done}/${of}`);
    },
    end: () => showProgress(''),
  };
}
