import { execFileSync, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { freePort } from './idpProcess.ts';

export type RunningRedis = {
  readonly pid: number;
  /** As `stores.sessions` wants it. */
  readonly url: `redis://${string}`;
  /** What redis-cli prints for a command. */
  command(...words: readonly string[]): string;
  stop(): Promise<void>;
};

/** Starts a redis-server of its own on 127.0.0.1, which keeps nothing on disk and takes no more than 1.5 GB. */
export async function startRedis(): Promise<RunningRedis> {
  const port = String(await freePort());
  const options = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--maxmemory', '1500mb'];
  const child = spawn('redis-server', options, { stdio: ['ignore', 'pipe', 'ignore'] });
  await new Promise<void>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => reject(new Error(`redis-server ended with ${code}`)));
    createInterface({ input: child.stdout }).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve();
    });
  });
  return {
    pid: child.pid ?? 0,
    url: `redis://127.0.0.1:${port}`,
    command: (...words) => execFileSync('redis-cli', ['-e', '-p', port, ...words], { encoding: 'utf8' }).trim(),
    stop: async () => {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('close', resolve));
    },
  };
}
