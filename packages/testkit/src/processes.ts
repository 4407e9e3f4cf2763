import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { afterAll } from '@jest/globals';

const stoppedAtEnd: RunningProcess[] = [];

afterAll(async () => {
  await Promise.all(stoppedAtEnd.splice(0).map((running) => running.stop()));
});

export type Finished = { readonly code: number | null; readonly stdout: string; readonly stderr: string };
export type RunOptions = {
  readonly input?: string | Uint8Array;
  readonly cwd?: string;
  /** Added to this process's own environment; undefined takes a variable away. */
  readonly env?: Readonly<Record<string, string | undefined>>;
};

/** Runs a program to its end. A non-zero exit is a result, not an error; a program that can't be started rejects. */
export function runProgram(command: string, args: readonly string[], options: RunOptions = {}): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { cwd: options.cwd, env: { ...process.env, ...options.env } });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: textOf(stdout), stderr: textOf(stderr) }));
    // A program may end without reading its input; its exit code tells, not the broken pipe.
    child.stdin.on('error', () => {});
    child.stdin.end(options.input);
  });
}

const textOf = (chunks: readonly Buffer[]): string => Buffer.concat(chunks).toString('utf8');

export type RunningProcess = {
  readonly pid: number;
  /** All that it has printed on stdout and stderr until now. */
  output(): string;
  /**
   * Waits for a line of its output.
   * @returns the line
   * @throws Error with all its output when it ends before it prints such a line, or after `timeout` milliseconds
   */
  waitFor(pattern: RegExp, timeout?: number): Promise<string>;
  /** Its exit code; null when a signal ended it. */
  readonly exited: Promise<number | null>;
  kill(signal: NodeJS.Signals): void;
  /** Closes the IPC channel, as the death of a parent does. */
  disconnect(): void;
  /** Asks it to end (SIGTERM), insists after three seconds (SIGKILL), and waits until it has ended. */
  stop(): Promise<void>;
};

/** Starts a long-running program; the last test of the file stops it by its process id if the test itself does not. */
export function startProcess(
  command: string,
  args: readonly string[],
  options: Omit<RunOptions, 'input'> & { readonly ipc?: boolean } = {},
): RunningProcess {
  const child = spawn(command, args, {
    cwd: options.cwd,
    env: { ...process.env, ...options.env },
    stdio: options.ipc ? ['ignore', 'pipe', 'pipe', 'ipc'] : ['ignore', 'pipe', 'pipe'],
  });
  const running = follow(child, command);
  stoppedAtEnd.push(running);
  return running;
}

function follow(child: ChildProcess, command: string): RunningProcess {
  const printed = followOutput(child);
  let ended = false;
  const exited = new Promise<number | null>((resolve) => {
    const end = (code: number | null): void => {
      ended = true;
      resolve(code);
      printed.notify();
    };
    child.once('error', (error) => {
      printed.lines.push(`${command}: ${error.message}`);
      end(null);
    });
    // Not `close`, which never comes once the IPC channel was closed from this side.
    child.once('exit', (code) => printed.finished.then(() => end(code)));
  });
  return {
    pid: child.pid ?? -1,
    output: () => printed.lines.join('\n'),
    exited,
    waitFor: (pattern, timeout = 30_000) => waitForLine(printed, pattern, timeout, () => ended),
    kill: (signal) => void child.kill(signal),
    disconnect: () => child.disconnect(),
    stop: async () => {
      if (ended) return;
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(insist);
    },
  };
}

type Printed = {
  readonly lines: string[];
  readonly listeners: Set<() => void>;
  notify(): void;
  /** Resolves when there will be no more. */
  readonly finished: Promise<unknown>;
};

function followOutput(child: ChildProcess): Printed {
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  const take = (line: string): void => {
    lines.push(line);
    notify();
  };
  const finished = Promise.all([child.stdout, child.stderr].map((stream) => followLines(stream, take)));
  return { lines, listeners, notify, finished };
}

function followLines(stream: Readable | null, take: (line: string) => void): Promise<void> {
  if (stream === null) return Promise.resolve();
  return new Promise((resolve) => {
    createInterface({ input: stream }).on('line', take).on('close', resolve);
  });
}

function waitForLine(printed: Printed, pattern: RegExp, timeout: number, ended: () => boolean): Promise<string> {
  return new Promise((resolve, reject) => {
    const finish = (): void => {
      clearTimeout(timer);
      printed.listeners.delete(check);
    };
    const giveUp = (why: string): void => {
      finish();
      reject(new Error(`${why} before it printed ${pattern}:\n${printed.lines.join('\n')}`));
    };
    const check = (): void => {
      const line = printed.lines.find((candidate) => pattern.test(candidate));
      if (line === undefined) {
        if (ended()) giveUp('the process ended');
        return;
      }
      finish();
      resolve(line);
    };
    const timer = setTimeout(() => giveUp(`${timeout} ms went by`), timeout);
    printed.listeners.add(check);
    check();
  });
}
