import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll } from '@jest/globals';

/** A fresh folder of this test file's own, removed after its last test. Call it in a `describe` body or at the top. */
export async function temporaryFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-test-'));
  removedAtEnd.push(folder);
  return folder;
}

const removedAtEnd: string[] = [];
const stoppedAtEnd: RunningProcess[] = [];

afterAll(async () => {
  await Promise.all(stoppedAtEnd.splice(0).map((running) => running.stop()));
  await Promise.all(removedAtEnd.splice(0).map((folder) => rm(folder, { recursive: true, force: true })));
});

/** A TCP port of 127.0.0.1 that nothing listens on at this moment. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(address)));
    });
  });
}

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
  const lines: string[] = [];
  const listeners = new Set<() => void>();
  const notify = (): void => {
    for (const listener of [...listeners]) listener();
  };
  for (const stream of [child.stdout, child.stderr]) {
    if (stream === null) continue;
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line);
      notify();
    });
  }
  let ended = false;
  const exited = new Promise<number | null>((resolve) => {
    const end = (code: number | null): void => {
      ended = true;
      resolve(code);
      notify();
    };
    child.once('error', (error) => {
      lines.push(`${command}: ${error.message}`);
      end(null);
    });
    child.once('close', (code) => end(code));
  });
  const output = (): string => lines.join('\n');
  return {
    pid: child.pid ?? -1,
    output,
    exited,
    waitFor: (pattern, timeout = 30_000) =>
      new Promise((resolve, reject) => {
        const check = (): void => {
          const line = lines.find((candidate) => pattern.test(candidate));
          if (line === undefined && !ended) return;
          finish();
          if (line !== undefined) resolve(line);
          else reject(new Error(`${command} ended before it printed ${pattern}:\n${output()}`));
        };
        const timer = setTimeout(() => {
          finish();
          reject(new Error(`${command} did not print ${pattern} in ${timeout} ms:\n${output()}`));
        }, timeout);
        const finish = (): void => {
          clearTimeout(timer);
          listeners.delete(check);
        };
        listeners.add(check);
        check();
      }),
    kill: (signal) => {
      child.kill(signal);
    },
    stop: async () => {
      if (ended) return;
      child.kill('SIGTERM');
      const insist = setTimeout(() => child.kill('SIGKILL'), 3000);
      await exited;
      clearTimeout(insist);
    },
  };
}
