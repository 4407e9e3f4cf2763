import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));

/** CPU time that a process has used, user and system, all threads; microseconds. Linux only. */
export function cpuTimeOf(pid: number): number {
  const afterName = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
  const [user, system] = [Number(afterName[11]), Number(afterName[12])];
  return ((user + system) * 1_000_000) / ticksPerSecond;
}

/** The threads of a Node process by what they do. */
export type ThreadTimes = Readonly<Record<'main' | 'pool' | 'v8', number>>;

/** The same by thread: the event loop, libuv's pool (signatures), V8's own (garbage, compiling); microseconds. Linux only. */
export function cpuTimeByThread(pid: number): ThreadTimes {
  const times = { main: 0, pool: 0, v8: 0 };
  for (const thread of readdirSync(`/proc/${pid}/task`)) {
    const name = readFileSync(`/proc/${pid}/task/${thread}/comm`, 'utf8');
    const [nanoseconds] = readFileSync(`/proc/${pid}/task/${thread}/schedstat`, 'utf8').split(' ');
    const kind = thread === String(pid) ? 'main' : name.startsWith('libuv') ? 'pool' : 'v8';
    times[kind] += Number(nanoseconds) / 1000;
  }
  return times;
}

/** Resident memory of a process, MB. Linux only. */
export function residentMemoryOf(pid: number): number {
  const line = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'));
  return Number(line?.[1]) / 1024;
}
