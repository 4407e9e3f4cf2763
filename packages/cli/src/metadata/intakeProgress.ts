import type { IntakeProgress } from '@gakumon/metadata';
import { progressBar } from '../progress.ts';
import type { Terminal } from '../terminal.ts';

const words = { fetch: 'fetching', verify: 'verifying' } as const;
const inMb = (octets: number): number => Math.ceil(octets / 1_000_000);

/** Shows how far the taking in of a document has come; where nobody knows how large it is, how much there is. */
export function intakeProgress(terminal: Pick<Terminal, 'showProgress'>): {
  readonly show: (label: string, progress: IntakeProgress) => void;
  readonly end: () => void;
} {
  return {
    show(label, { step, done, total }) {
      const what = `${words[step]} ${label}`;
      if (total === undefined) terminal.showProgress(`${what}: ${inMb(done)} MB`);
      else progressBar(terminal, `${what}, MB`).show(inMb(Math.min(done, total)), inMb(total));
    },
    end: () => terminal.showProgress(''),
  };
}
