import { join } from 'node:path';
import { runProgram } from '../aggregate/program.ts';
import { type RunningIdp, startIdp } from '../idpProcess.ts';
import { countAdoptions, type Federation, joinFederation, startFederation, waitForAdoption } from './federationNode.ts';
import { quantile } from './quantile.ts';

const rounds = 5;

type Node = { readonly idp: RunningIdp; readonly entities: number };

/**
 * What a start costs while the federation is down, with a large aggregate and a small one stored, and with none; and what
 * it costs to find a service provider in each. Microseconds for a look-up.
 */
export async function measureStarts(entities: number): Promise<object> {
  const few = 100;
  const stops: (() => Promise<void>)[] = [];
  const open = async (count: number): Promise<Node> => {
    const federation = count === 0 ? undefined : await startFederation(count);
    if (federation !== undefined) stops.push(federation.remove);
    const idp = await startWith(federation);
    stops.push(idp.stop);
    await federation?.goDown();
    return { idp, entities: count };
  };
  try {
    const nodes = [await open(0), await open(few), await open(entities)] as const;
    const ready = nodes.map((): number[] => []);
    const opened = nodes.map((): { seconds: number; cold: number; cached: number }[] => []);
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, { idp, entities }] of nodes.entries()) {
        const begun = performance.now();
        const other = await idp.startAnother();
        ready[index]?.push((performance.now() - begun) / 1000);
        await other.stop();
        const script = join(import.meta.dirname, 'openLibraryOnce.ts');
        opened[index]?.push(JSON.parse(runProgram(process.execPath, [script, idp.folder, String(entities)]).output));
      }
    }
    const [without, , withMany] = ready.map((times) => quantile(times, 0.5));
    const best = (index: number, figure: 'seconds' | 'cold' | 'cached'): number =>
      Math.min(...(opened[index] ?? []).map((one) => one[figure]));
    return {
      readySeconds: { without, withMany, more: (withMany ?? 0) - (without ?? 0), bar: 0.3 },
      openSeconds: { without: best(0, 'seconds'), withFew: best(1, 'seconds'), withMany: best(2, 'seconds') },
      lookUp: {
        few: { cold: best(1, 'cold'), cached: best(1, 'cached') },
        many: { cold: best(2, 'cold'), cached: best(2, 'cached') },
        ratio: { cold: best(2, 'cold') / best(1, 'cold'), cached: best(2, 'cached') / best(1, 'cached') },
      },
    };
  } finally {
    for (const stop of stops.reverse()) await stop();
  }
}

async function startWith(federation: Federation | undefined): Promise<RunningIdp> {
  const log: string[] = [];
  const prepare = (folder: string): void => {
    if (federation !== undefined) joinFederation(folder, federation.url);
  };
  const idp = await startIdp('memory', [], undefined, [], { prepare, onLog: (line) => log.push(line) });
  if (federation !== undefined && countAdoptions(log) === 0) await waitForAdoption(log, 0);
  return idp;
}
