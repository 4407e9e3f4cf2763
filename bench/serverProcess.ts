import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';

/** A Node program that listens. */
export type RunningServer = {
  readonly pid: number;
  readonly url: string;
  stop(): Promise<void>;
};

/**
 * Starts one and waits until it says `ready http://…`; goes on reading what it prints, so that this never blocks it.
 * @param args flags, the program and its arguments
 * @param onLog takes the lines of its standard error, which nobody reads otherwise
 * @throws Error when it ends before
 */
export async function startServer(args: readonly string[], onLog?: (line: string) => void): Promise<RunningServer> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', onLog === undefined ? 'ignore' : 'pipe'] });
  if (onLog !== undefined && child.stderr !== null) createInterface({ input: child.stderr }).on('line', onLog);
  const url = await new Promise<string>((resolve, reject) => {
    child.once('close', (code) => reject(new Error(`${args.join(' ')} ended with ${code}`)));
    createInterface({ input: child.stdout as Readable }).on('line', (line) => {
      if (line.startsWith('ready ')) resolve(line.slice('ready '.length));
    });
  });
  return {
    pid: child.pid ?? 0,
    url,
    stop: async () => {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('close', resolve));
    },
  };
}
