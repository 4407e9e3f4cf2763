import { fork } from 'node:child_process';
import { join } from 'node:path';
import type { RunningRedis } from '../../../bench/redisProcess.ts';
import { progressBar } from '../progress.ts';
import type { Share } from './fill.ts';

export type Filling = { readonly count: number; readonly services: number; readonly known: number };

/** What sessions in a Redis cost. */
export type Filled = {
  /** Octets of Redis memory for each session, with its person's index and Redis's own tables. */
  readonly octets: number;
  /** For each session, all processes that write together; microseconds of the wall's clock. */
  readonly time: number;
};

/** Writes so many sessions, by several processes at once. */
export async function fillRedis(redis: RunningRedis, filling: Filling, processes: number): Promise<Filled> {
  const before = usedMemory(redis);
  const begun = performance.now();
  const { count, services, known } = filling;
  const tell = progressBar(`sessions with ${services} SP${services === 1 ? '' : 's'}`, count);
  let done = 0;
  const { hostname: host, port } = new URL(redis.url);
  const each = Math.ceil(count / processes);
  const shares = Array.from({ length: processes }, (_, index): Share => {
    const [from, to] = [index * each, Math.min(count, (index + 1) * each)];
    return { host, port: Number(port), from, to, services, known };
  });
  await Promise.all(
    shares.map((share) =>
      work(share, (more) => {
        done += more;
        tell(done);
      }),
    ),
  );
  const found = Number(redis.command('DBSIZE'));
  if (found < 2 * count) throw new Error(`${found} keys for ${count} sessions and their people`);
  return { octets: (usedMemory(redis) - before) / count, time: ((performance.now() - begun) * 1000) / count };
}

function work(share: Share, tell: (more: number) => void): Promise<void> {
  const child = fork(join(import.meta.dirname, 'fill.ts'));
  child.on('message', (more) => tell(Number(more)));
  child.send(share);
  return new Promise((resolve, reject) => {
    child.once('exit', (code) =>
      code === 0 ? resolve() : reject(new Error(`a process that fills ended with ${code}`)),
    );
  });
}

function usedMemory(redis: RunningRedis): number {
  return Number(/^used_memory:(\d+)/m.exec(redis.command('INFO', 'memory'))?.[1]);
}
