/** What was spent at one place of the program, in whatever unit; places are functions with file and line. */
export type Costs = ReadonlyMap<string, number>;

type Frame = { readonly functionName: string; readonly url: string; readonly lineNumber: number };
type CpuProfile = {
  readonly nodes: readonly { readonly id: number; readonly callFrame: Frame }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
};
type AllocationNode = {
  readonly callFrame: Frame;
  readonly selfSize: number;
  readonly children: readonly AllocationNode[];
};
export type AllocationProfile = { readonly head: AllocationNode };

/** Self time by place, microseconds; idle time left out. */
export function cpuByPlace({ nodes, samples, timeDeltas }: CpuProfile): Costs {
  const places = new Map(nodes.map(({ id, callFrame }) => [id, placeOf(callFrame)]));
  const costs = new Map<string, number>();
  samples.forEach((id, index) => {
    const place = places.get(id) ?? '';
    if (place !== '(idle)') costs.set(place, (costs.get(place) ?? 0) + (timeDeltas[index] ?? 0));
  });
  return costs;
}

/** What was allocated by place, bytes, garbage too. */
export function allocationByPlace({ head }: AllocationProfile): Costs {
  const costs = new Map<string, number>();
  const visit = ({ callFrame, selfSize, children }: AllocationNode): void => {
    const place = placeOf(callFrame);
    costs.set(place, (costs.get(place) ?? 0) + selfSize);
    children.forEach(visit);
  };
  visit(head);
  return costs;
}

function placeOf({ functionName, url, lineNumber }: Frame): string {
  if (url === '') return functionName;
  return `${functionName || '(anonymous)'} ${url.replace(/^.*?\/(?=packages\/|node_modules\/|bin\/)/, '')}:${lineNumber + 1}`;
}

/** The same by package, of ours or of others, or `node` for what is built in. */
export function sumByPackage(costs: Costs): Costs {
  const sums = new Map<string, number>();
  for (const [place, cost] of costs) {
    const found = /(?:packages|node_modules)\/((?:@[^/]+\/)?[^/]+)/.exec(place)?.[1];
    const name = found ?? (/ node:/.test(place) ? 'node' : /^\(/.test(place) ? (place.split(' ')[0] ?? '') : 'V8');
    sums.set(name, (sums.get(name) ?? 0) + cost);
  }
  return sums;
}

/**
 * The largest of them, as lines.
 * @param each how many times the work was done: figures are for each
 */
export function listLargest(costs: Costs, each: number, most: number): string[] {
  const sorted = [...costs].sort(([, one], [, other]) => other - one);
  const total = sorted.reduce((sum, [, cost]) => sum + cost, 0);
  return sorted
    .slice(0, most)
    .map(([place, cost]) => `${(cost / each).toFixed(1).padStart(9)} ${percent(cost / total)}  ${place}`);
}

const percent = (part: number): string => `${(part * 100).toFixed(1).padStart(5)} %`;
