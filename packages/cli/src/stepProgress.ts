import type { OnProgress } from '@gakumon/assembly';
import { progressBar } from './progress.ts';
import type { Terminal } from './terminal.ts';

const inMb = (octets: number): number => Math.ceil(octets / 1_000_000);

/** Shows how far each step of a longer work has come, one after the other, on one line of a terminal. */
export function stepProgress(terminal: Terminal): { readonly show: OnProgress; readonly end: () => void } {
  return {
    show(step, done, of) {
      if (step === 'exporting') progressBar(terminal, 'exporting').show(done, of);
      else progressBar(terminal, `${step}, MB`).show(inMb(Math.min(done, of)), inMb(of));
    },
    end: progressBar(terminal, '').end,
  };
}
