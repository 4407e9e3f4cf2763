import type { Parts } from '@gakumon/assembly';
import type { Environment } from '@gakumon/config';
import type { Clock } from '@gakumon/terms';
import type { Terminal } from './terminal.ts';

/** A running server: where it listens, and how to end it. */
export type RunningServer = {
  readonly url: string;
  /** Where else it listens. */
  readonly alsoAt?: readonly string[];
  readonly close: () => Promise<void>;
};

/** What every command stands on. */
export type CliContext = {
  readonly env: Environment;
  readonly cwd: string;
  readonly clock: Clock;
  readonly terminal: Terminal;
  /** Opens its doors. Given from outside: the command line knows no server. */
  readonly serve: (parts: Parts) => Promise<RunningServer>;
  /** `--config`, wherever on the line it stood. */
  readonly configOption: () => string | undefined;
};
