import { placeAddress } from './placeAddress.ts';
import type { NamedNetwork } from './policy.ts';
import { type AddressNumber, parseAddress, requireRange, writeAddress } from './range.ts';
import type { NetworkPlacement } from './verdict.ts';

/** Addresses for documentation (RFC 5737, RFC 3849): where they stand in a set of networks, they read best as its example. */
const usual = ['203.0.113.1', '198.51.100.1', '192.0.2.1', '2001:db8::1'].flatMap((text) => parseAddress(text) ?? []);

const known = new WeakMap<readonly NamedNetwork[], readonly NetworkPlacement[]>();

/**
 * One address for each set of named networks that an address can be in, so that whatever holds of these holds of every
 * address there is. Which set it is can only change where a range begins or just after one ends.
 */
export function listPlaces(networks: readonly NamedNetwork[]): readonly NetworkPlacement[] {
  const there = known.get(networks);
  if (there !== undefined) return there;
  const places = new Map<string, NetworkPlacement>();
  for (const address of listCorners(networks)) {
    const place = placeAddress(networks, writeAddress(address));
    const set = JSON.stringify(place.inside.map(({ network }) => network));
    if (!places.has(set)) places.set(set, place);
  }
  const listed = [...places.values()];
  known.set(networks, listed);
  return listed;
}

function listCorners(networks: readonly NamedNetwork[]): readonly AddressNumber[] {
  const ranges = networks.flatMap(({ include, exclude }) => [...include, ...exclude]).map(requireRange);
  return ([4, 6] as const).flatMap((family) => {
    const end = 1n << (family === 4 ? 32n : 128n);
    const own = ranges.filter((range) => range.family === family);
    const corners = new Set([0n, ...own.flatMap(({ first, last }) => [first, last + 1n])]);
    const sorted = [...corners].filter((value) => value < end).toSorted((one, other) => (one < other ? -1 : 1));
    // The second address of a stretch reads more like somebody's than the first, which is the net's own.
    const inner = sorted.map((value, index) => ({
      family,
      value: value + 1n < (sorted[index + 1] ?? end) ? value + 1n : value,
    }));
    return [...usual.filter((address) => address.family === family), ...inner];
  });
}
