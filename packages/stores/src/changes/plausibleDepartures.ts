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
