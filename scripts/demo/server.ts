import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, existsSync, renameSync, statSync } from 'node:fs';
import { createInterface } from 'node:readline';

export type ServerCommand = {
  /** For messages. */
  readonly name: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
  /** Where everything that it says is added; begun anew when it has grown large, and the old one kept beside it. */
  readonly logFile: string;
};

export type Server = {
  readonly name: string;
  readonly logFile: string;
  /** Resolves to true once it answers, to false when it ended before. */
  readonly ready: Promise<boolean>;
  /** How it ended; null by a signal. */
  readonly ended: Promise<number | null>;
  readonly hasEnded: () => boolean;
  readonly stop: () => void;
};

/**
 * Starts a server as a child. It ends by itself when this process is gone, since the channel between them closes then.
 * What it complains of is shown; all it says is in its log file.
 */
export function startServer({ name, args, env, logFile }: ServerCommand): Server {
  const child = spawn(process.execPath, args, { env, stdio: ['ignore', 'pipe', 'pipe', 'ipc'] });
  const log = openLog(logFile);
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ready = new Promise<boolean>((resolve) => {
    follow(child, (line) => {
      log.write(`${line}\n`);
      if (line.startsWith('ready ')) resolve(true);
      if (/^(gakumon|demo-sp): /.test(line)) process.stderr.write(`${line}\n`);
    });
    void ended.then(() => resolve(false));
  });
  const hasEnded = (): boolean => child.exitCode !== null || child.signalCode !== null;
  return { name, logFile, ready, ended, hasEnded, stop: () => void child.kill('SIGTERM') };
}

const mostLogOctets = 10 * 1024 * 1024;

function openLog(file: string) {
  if (existsSync(file) && statSync(file).size > mostLogOctets) renameSync(file, `${file}.1`);
  return createWriteStream(file, { flags: 'a' });
}

function follow(child: ChildProcess, take: (line: string) => void): void {
  for (const stream of [child.stdout, child.stderr]) {
    if (stream !== null) createInterface({ input: stream }).on('line', take);
  }
}
