import { chmod, chown, copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll } from '@jest/globals';
import { type RunningProcess, runProgram, startProcess } from '../processes.ts';
import { findProgram } from '../programs.ts';

/** A PostgreSQL server that has its folder and its port, running or not. */
export type PostgresProcess = {
  start(): Promise<void>;
  /** Fast shutdown: connections are told that they end. */
  stop(): Promise<void>;
  /** SIGKILL to every one of its processes, as a loss of power. */
  stopHard(): Promise<void>;
  /** SIGSTOP to every one of its processes: connections stay open, new ones are taken by the system, nothing is answered. */
  pause(): Promise<void>;
  resume(): void;
};

/** initdb and postgres refuse root; everybody has this user. */
const nobody = 65_534;
const unprivileged =
  process.getuid?.() === 0 ? [required('setpriv'), `--reuid=${nobody}`, `--regid=${nobody}`, '--clear-groups'] : [];

/** Starts a program as the user who owns the servers' folders; its process id is the program's own. */
export function startAsServer(name: string, args: readonly string[]): RunningProcess {
  const [command = '', ...rest] = [...unprivileged, required(name), ...args];
  return startProcess(command, rest, { cwd: '/' });
}

const started: PostgresProcess[] = [];
afterAll(async () => {
  for (const server of started.splice(0)) await server.stop();
});

/** Runs one of PostgreSQL's programs as the user who owns the servers' folders. @throws Error with what it says */
export async function runPostgresProgram(name: string, args: readonly string[], input?: string): Promise<string> {
  const [command = '', ...rest] = [...unprivileged, required(name), ...args];
  const { code, stdout, stderr } = await runProgram(command, rest, {
    cwd: '/',
    ...(input === undefined ? {} : { input }),
  });
  if (code !== 0) throw new Error(`${name}: ${stdout}${stderr}`);
  return stdout.trim();
}

/** Makes the servers' user the owner of a file or folder. */
export async function giveToServer(path: string): Promise<void> {
  if (unprivileged.length > 0) await chown(path, nobody, nobody);
}

/** The server's own copy of a file that only it may read. */
export async function copyToServer(from: string, to: string): Promise<void> {
  await copyFile(from, to);
  await chmod(to, 0o600);
  await giveToServer(to);
}

/** Who comes in how: a `pg_hba.conf`. */
export async function writeDoors(folder: string, kind: 'host' | 'hostssl'): Promise<void> {
  const doors = ['local all all trust', 'local replication all trust', `${kind} all all 127.0.0.1/32 scram-sha-256`];
  await writeFile(join(folder, 'data/pg_hba.conf'), `${doors.join('\n')}\n`);
}

/** A server of the data in `${folder}/data`; its socket is in `folder`. The last test of the file stops it. */
export function postgresProcess(folder: string, port: number, settings: readonly string[]): PostgresProcess {
  let running: RunningProcess | undefined;
  let stopped: number[] = [];
  const signalAll = async (signal: NodeJS.Signals): Promise<number[]> => {
    // The postmaster first, so that it starts no further process meanwhile
    running?.kill(signal);
    const children = await childrenOf(running?.pid ?? -1);
    for (const pid of children) signalOne(pid, signal);
    return children;
  };
  const server: PostgresProcess = {
    async start() {
      const options = [...standing(folder), `port=${port}`, ...settings].flatMap((setting) => ['-c', setting]);
      running = startAsServer('postgres', ['-D', join(folder, 'data'), ...options]);
      await running.waitFor(/database system is ready to accept/);
    },
    async stop() {
      server.resume();
      running?.kill('SIGINT');
      await running?.exited;
    },
    async stopHard() {
      const children = await signalAll('SIGKILL');
      await running?.exited;
      await untilGone(children);
    },
    async pause() {
      stopped = await signalAll('SIGSTOP');
    },
    resume() {
      running?.kill('SIGCONT');
      for (const pid of stopped.splice(0)) signalOne(pid, 'SIGCONT');
    },
  };
  started.push(server);
  return server;
}

const standing = (folder: string): readonly string[] => [
  'listen_addresses=127.0.0.1',
  `unix_socket_directories=${folder}`,
  'fsync=off',
  'full_page_writes=off',
  'shared_buffers=16MB',
  'max_connections=60',
  'wal_level=replica',
];

async function childrenOf(parent: number): Promise<number[]> {
  const { stdout } = await runProgram('ps', ['-A', '-o', 'pid=,ppid=']);
  const pairs = stdout.split('\n').map((line) => line.trim().split(/\s+/).map(Number));
  return pairs.flatMap(([pid, ppid]) => (pid !== undefined && ppid === parent ? [pid] : []));
}

function signalOne(pid: number, signal: NodeJS.Signals | 0): boolean {
  try {
    return process.kill(pid, signal);
  } catch {
    // It has ended already
    return false;
  }
}

/** A server does not start while a process of its predecessor still holds the shared memory. */
async function untilGone(pids: readonly number[]): Promise<void> {
  while (pids.some((pid) => signalOne(pid, 0))) await new Promise((resolve) => setTimeout(resolve, 5));
}

export function required(program: string): string {
  const path = findProgram(program);
  if (path === undefined) throw new Error(`${program} is not installed`);
  return path;
}
