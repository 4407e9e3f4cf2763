import { loadavg } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { pretendSp } from '../packages/testkit/src/sp/pretendSp.ts';
import { person, type RunningIdp, startIdp } from './idpProcess.ts';
import { cpuTimeOf } from './processTime.ts';
import { signIn, signOn } from './signOn.ts';

/**
 * CPU time of an SSO with a live session in memory, here and in another checkout of this project with its packages
 * installed, by turns. Prints JSON.
 *
 *   node bench/compareWith.ts CHECKOUT [--rounds 12] [--each 500]
 */
const { values: options, positionals } = parseArgs({
  options: { rounds: { type: 'string', default: '12' }, each: { type: 'string', default: '500' } },
  allowPositionals: true,
});
const each = Number(options.each);
const concurrency = 8;
/** V8 compiles a function for good after some thousand calls. */
const warmUp = 10_000;
const entityId = 'https://clear.example.org/sp';
const sp = pretendSp({ entityId, acs: ['https://clear.example.org/acs'], encryptionKeys: [] });

const other: { startIdp: typeof startIdp } = await import(join(resolve(positionals[0] ?? ''), 'bench/idpProcess.ts'));
const idps = [await other.startIdp('memory', [sp.metadata()]), await startIdp('memory', [sp.metadata()])] as const;

async function measure(idp: RunningIdp, count: number): Promise<number> {
  const browser = await signIn(idp.baseUrl, sp, person.username, person.password);
  const before = cpuTimeOf(idp.pid);
  let left = count;
  const visit = async (): Promise<void> => {
    for (; left > 0; left -= 1) await signOn(idp.baseUrl, sp, browser);
  };
  await Promise.all(Array.from({ length: concurrency }, visit));
  return (cpuTimeOf(idp.pid) - before) / count;
}

try {
  for (const idp of idps) await measure(idp, warmUp);
  const costs: readonly [number[], number[]] = [[], []];
  for (let round = 0; round < Number(options.rounds); round += 1) {
    for (const index of round % 2 === 0 ? ([0, 1] as const) : ([1, 0] as const)) {
      costs[index].push(await measure(idps[index], each));
    }
  }
  const [there, here] = costs.map((all) => all.reduce((sum, one) => sum + one, 0) / all.length) as [number, number];
  const ratios = costs[1].map((cost, round) => cost / (costs[0][round] ?? Number.NaN)).sort((a, b) => a - b);
  const medianOfRatios = ratios[Math.floor(ratios.length / 2)];
  const [load] = loadavg();
  process.stdout.write(`${JSON.stringify({ there, here, ratio: here / there, medianOfRatios, load }, null, 2)}\n`);
} finally {
  for (const idp of idps) await idp.stop();
}
