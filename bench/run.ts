import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { measureOpensslSignature } from './opensslSignature.ts';
import { cpuTimeByThread, residentMemoryOf, type ThreadTimes } from './processTime.ts';
import { measureSamlifyResponse } from './samlifyResponse.ts';
import { openSubjects, type Subject } from './subjects.ts';

/** One figure, as a ratio to something that was measured in the same run. */
type Row = {
  readonly what: string;
  /** Microseconds of CPU for each answer, all threads, user and system. */
  readonly cpu: number;
  /** The same by thread; undefined where it was measured otherwise. */
  readonly threads: ThreadTimes | undefined;
  /** An RSA-2048 signature by `openssl speed`, by the CPU time. */
  readonly ratio: number;
  readonly bar: number | undefined;
  /** Resident, MB, of the largest process. */
  readonly memory: number | undefined;
};

const measured = Number(process.env.GAKUMON_BENCH_COUNT ?? 2000);
const rounds = 8;
/** Of each process: it always has work. */
const concurrency = 8;

async function answer({ ask, pids }: Subject, count: number): Promise<void> {
  let left = count;
  const visit = async (browser: number): Promise<void> => {
    while (left > 0) {
      left -= 1;
      await ask(browser);
    }
  };
  await Promise.all(Array.from({ length: concurrency * pids.length }, (_, browser) => visit(browser)));
}

const kinds = ['main', 'pool', 'v8'] as const;

/** CPU time by thread for each answer, of all processes of the subject together. */
async function measureOnce(subject: Subject, count: number): Promise<ThreadTimes> {
  const read = (): ThreadTimes[] => subject.pids.map(cpuTimeByThread);
  const before = read();
  await answer(subject, count);
  const after = read();
  const spent = (kind: keyof ThreadTimes): number =>
    after.reduce((sum, times, index) => sum + times[kind] - (before[index]?.[kind] ?? 0), 0) / count;
  return { main: spent('main'), pool: spent('pool'), v8: spent('v8') };
}

const totalOf = ({ main, pool, v8 }: ThreadTimes): number => main + pool + v8;

/** Garbage is collected in some rounds for all of them, so that the mean is what counts. */
function meanOf(all: readonly ThreadTimes[]): ThreadTimes {
  const mean = (kind: keyof ThreadTimes): number => all.reduce((sum, times) => sum + times[kind], 0) / all.length;
  return { main: mean('main'), pool: mean('pool'), v8: mean('v8') };
}

async function measureAll(signature: number): Promise<Row[]> {
  const { subjects, close } = await openSubjects();
  try {
    for (const subject of subjects) await answer(subject, subject.warmUp);
    const seen = subjects.map((): ThreadTimes[] => []);
    for (let round = 0; round < rounds; round += 1) {
      // By turns, so that all rows see the same machine
      for (const [index, subject] of subjects.entries()) {
        seen[index]?.push(await measureOnce(subject, Math.ceil(measured / rounds)));
      }
    }
    return subjects.map(({ what, bar, pids }, index) => {
      const threads = meanOf(seen[index] ?? []);
      const cpu = totalOf(threads);
      return { what, cpu, threads, ratio: signature / cpu, bar, memory: Math.max(...pids.map(residentMemoryOf)) };
    });
  } finally {
    await close();
  }
}

async function benchSignOn(): Promise<void> {
  const signature = measureOpensslSignature();
  const rows = await measureAll(signature);
  const samlify = await measureSamlifyResponse(200);
  rows.push({
    what: 'samlify createLoginResponse alone, one signature, no HTTP',
    cpu: samlify,
    threads: undefined,
    ratio: signature / samlify,
    bar: undefined,
    memory: undefined,
  });

  const columns = (what: string, figures: readonly (number | string | undefined)[]): string =>
    [
      what.padEnd(64),
      ...figures.map((figure) => (typeof figure === 'number' ? figure.toFixed(0) : (figure ?? '')).padStart(7)),
    ].join('');
  const text = [
    `${cpus()[0]?.model ?? 'unknown processor'}, Node ${process.version}; RSA-2048 signature by openssl speed: ${signature.toFixed(0)} µs`,
    columns('', ['CPU µs', ...kinds, 'ratio', 'bar', 'MB']),
    ...rows.map(({ what, cpu, threads, ratio, bar, memory }) =>
      columns(what, [cpu, ...kinds.map((kind) => threads?.[kind]), ratio.toFixed(2), bar?.toFixed(2), memory]),
    ),
  ];
  process.stdout.write(`${text.join('\n')}\n`);
  mkdirSync('var', { recursive: true });
  writeFileSync('var/bench.json', `${JSON.stringify({ node: process.version, signature, rows }, null, 2)}\n`);
}

const allParts = ['sign-on', 'aggregate', 'metadata'];
/** `npm run bench -- --parts sign-on,aggregate,metadata`; all of them take half an hour. */
const { values: options } = parseArgs({ options: { parts: { type: 'string', default: allParts.join() } } });
const parts = options.parts.split(',');
const strange = parts.find((part) => !allParts.includes(part));
if (strange !== undefined) throw new Error(`there is no part ${strange}, but ${allParts.join(', ')}`);

if (parts.includes('sign-on')) await benchSignOn();
// What federations publish, against xmlsec1, and what it costs a node; processes of their own, after all else is quiet.
for (const part of ['aggregate', 'metadata'].filter((one) => parts.includes(one))) {
  spawnSync(process.execPath, [join(import.meta.dirname, part, 'run.ts')], { stdio: 'inherit' });
}
