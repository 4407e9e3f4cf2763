import type { NamedNetwork } from './policy.ts';
import { type AddressNumber, type AddressRange, isWithin, parseAddress, requireRange } from './range.ts';
import type { NetworkPlacement } from './verdict.ts';

type Line = { readonly cidr: string; readonly range: AddressRange };
type Ranges = { readonly network: string; readonly include: readonly Line[]; readonly exclude: readonly Line[] };

/** A policy is frozen and asked at each login; what its CIDRs mean is found once. */
const known = new WeakMap<readonly NamedNetwork[], readonly Ranges[]>();

/**
 * Finds the named networks that an address is in: in one of the included ranges and in none of the excluded ones. What is
 * no address is nowhere.
 * @param address the client's, by law 6
 * @throws RangeError for a network with a range that is none
 */
export function placeAddress(networks: readonly NamedNetwork[], address: string): NetworkPlacement {
  const parsed = parseAddress(address);
  if (parsed === undefined) return { address, inside: [], excluded: [] };
  const found = rangesOf(networks).flatMap(({ network, include, exclude }) => {
    const range = narrowest(include, parsed);
    return range === undefined ? [] : [{ network, range, by: narrowest(exclude, parsed) }];
  });
  return {
    address,
    inside: found.flatMap(({ network, range, by }) => (by === undefined ? [{ network, range }] : [])),
    excluded: found.flatMap(({ network, range, by }) => (by === undefined ? [] : [{ network, range, by }])),
  };
}

function rangesOf(networks: readonly NamedNetwork[]): readonly Ranges[] {
  const there = known.get(networks);
  if (there !== undefined) return there;
  const ranges = networks.map(({ name, include, exclude }) => ({
    network: name,
    include: include.map(toLine),
    exclude: exclude.map(toLine),
  }));
  known.set(networks, ranges);
  return ranges;
}

/** The narrowest says most about why. */
function narrowest(lines: readonly Line[], address: AddressNumber): string | undefined {
  let found: Line | undefined;
  for (const line of lines) {
    if (!isWithin(address, line.range)) continue;
    if (found === undefined || sizeOf(line) < sizeOf(found)) found = line;
  }
  return found?.cidr;
}

const toLine = (cidr: string): Line => ({ cidr, range: requireRange(cidr) });

const sizeOf = ({ range: { first, last } }: Line): bigint => last - first;
