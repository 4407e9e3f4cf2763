import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Orders, TaskName } from './tasks.ts';

export type Worker = {
  /** Every further line that it prints, parsed. */
  readonly lines: AsyncIterator<unknown, undefined>;
  go(): void;
  /** Kills it as a loss of power would, and waits for its end. */
  kill(): Promise<void>;
};

export type WorkerOptions = {
  readonly task: TaskName;
  readonly file: string;
  readonly orders?: Partial<Orders>;
  /** The user that it becomes before it opens the file. */
  readonly userId?: number;
  /** The largest file it may write until it lifts the limit, in blocks of 512 bytes. */
  readonly fileBlocks?: number;
};

const script = fileURLToPath(new URL('./worker.ts', import.meta.url));

/** Starts a worker; it is working on nothing until `go`. */
export function startWorker(options: WorkerOptions): Worker {
  const child = launch(options);
  const lines = readLines(child);
  return {
    lines,
    go: () => void child.stdin.write('go\n'),
    async kill() {
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** Runs a worker to its end. @returns its last line: `{ result }` or `{ code, detail }` */
export async function runWorker(options: WorkerOptions): Promise<unknown> {
  const [only] = await runTogether([options]);
  return only;
}

/** Runs workers that all begin when the last of them is ready. @returns the last line of each */
export async function runTogether(all: readonly WorkerOptions[]): Promise<unknown[]> {
  const workers = all.map(startWorker);
  const firsts = await Promise.all(workers.map((worker) => worker.lines.next()));
  for (const worker of workers) worker.go();
  return Promise.all(
    workers.map(async (worker, index) => {
      let last: unknown = firsts[index]?.value;
      for (let line = await worker.lines.next(); !line.done; line = await worker.lines.next()) last = line.value;
      return last;
    }),
  );
}

function launch({ task, file, orders, userId, fileBlocks }: WorkerOptions): ChildProcessWithoutNullStreams {
  const told = JSON.stringify({ worker: 0, times: 1, ...orders });
  const command = [process.execPath, script, task, file, told, ...(userId === undefined ? [] : [String(userId)])];
  if (fileBlocks === undefined) return spawn(process.execPath, command.slice(1));
  return spawn('sh', ['-c', `ulimit -S -f ${fileBlocks}; exec "$@"`, 'sh', ...command]);
}

async function* readLines(child: ChildProcessWithoutNullStreams): AsyncGenerator<unknown, undefined> {
  let complaints = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    complaints += text;
  });
  // It may have ended before it was told to go
  child.stdin.on('error', () => {});
  for await (const line of createInterface({ input: child.stdout })) yield JSON.parse(line) as unknown;
  if (complaints !== '') throw new Error(complaints);
}
