import { join } from 'node:path';
import { type RunningProcess, startProcess } from '@gakumon/testkit';

const command = join(import.meta.dirname, '../../bin/gakumon.mjs');

/** One node of the IdP: a process of its own, as `gakumon serve` is. */
export type TrialNode = {
  readonly name: string;
  readonly port: number;
  /** Starts it, and waits until it answers. */
  start(): Promise<void>;
  /** SIGKILL: whatever it had in hand is gone. */
  kill(): Promise<void>;
  /** SIGTERM. @returns its exit code, when it has ended */
  terminate(): Promise<number | null>;
  /** Whether the process that was started last still runs. */
  isRunning(): boolean;
  /** Waits until it has answered a browser since its last start. */
  untilUsed(): Promise<void>;
  /** Lines of the log since its last start that say so. */
  logged(pattern: RegExp): readonly string[];
};

/** @param config its gakumon.yaml, in which `port` stands */
export function trialNode(name: string, config: string, port: number): TrialNode {
  let running: RunningProcess | undefined;
  let ended = true;
  const current = (): RunningProcess => {
    if (running === undefined) throw new Error(`${name} was never started`);
    return running;
  };
  return {
    name,
    port,
    async start() {
      // With the flags that `gakumon serve` gives itself, so that it serves in this very process.
      const args = ['--max-semi-space-size=8', command, '--config', config, 'serve'];
      const started = startProcess(process.execPath, args, { env: { GAKUMON_PORT: undefined } });
      running = started;
      ended = false;
      void started.exited.then(() => {
        if (running === started) ended = true;
      });
      await started.waitFor(/^ready /);
    },
    async kill() {
      current().kill('SIGKILL');
      await current().exited;
    },
    terminate() {
      current().kill('SIGTERM');
      return current().exited;
    },
    isRunning: () => !ended,
    untilUsed: async () => void (await current().waitFor(/"path":"\/idp\/.*"msg":"answered"/)),
    logged: (pattern) =>
      current()
        .output()
        .split('\n')
        .filter((line) => pattern.test(line)),
  };
}
