import type { Departure } from '@gakumon/idp';

/** No time is beyond it. One number that JavaScript would round would make every list fail. */
export const furthestTime = 2 ** 52;

const ways: readonly unknown[] = ['gone', 'alumni'] satisfies readonly Departure['as'][];

/** How somebody leaves, out of a store; undefined for a word of the next release. */
export function readWay(written: string): Departure['as'] | undefined {
  return ways.includes(written) ? (written as Departure['as']) : undefined;
}

/** Texts out of a store; none when it is no list of them. */
export function readTexts(written: string): readonly string[] {
  try {
    const value: unknown = JSON.parse(written);
    return Array.isArray(value) ? value.filter((one): one is string => typeof one === 'string') : [];
  } catch {
    return [];
  }
}

/** A departure in the place of an earlier one of the same name: what named somebody before does not get free by it. */
export function succeed(earlier: Departure | undefined, later: Departure): Departure {
  if (earlier === undefined || earlier.blockedUntil <= later.at) return later;
  return { ...later, identifiers: [...new Set([...earlier.identifiers, ...later.identifiers])] };
}
