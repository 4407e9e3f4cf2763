import type { LdapEntry } from '../types.ts';

/** No account has more of them; what a hostile server sends beyond is not looked at. */
const most = 1000;

/** Stands for a value that is no text: nothing that is read here has it. */
const unreadable = '\ufffd';

/** The values of an attribute, whatever the case of its name. One that is no text is there all the same: it may close the account. */
export function valuesOf(entry: LdapEntry, name: string): readonly string[] {
  const id = name.toLowerCase();
  const values = (entry.values.get(id) ?? []).slice(0, most);
  return entry.unreadable?.has(id) ? [unreadable, ...values] : values;
}

/** The one value of an attribute that has only one. */
export function firstValueOf(entry: LdapEntry, name: string): string | undefined {
  return valuesOf(entry, name)[0];
}

/**
 * A number that holds flags.
 * @returns undefined: the entry has none; NaN: it has something else there
 */
export function flagsOf(entry: LdapEntry, name: string): number | undefined {
  const value = firstValueOf(entry, name);
  if (value === undefined) return undefined;
  return /^-?\d{1,10}$/.test(value) ? Number(value) : Number.NaN;
}

/** Whether a number has a flag; one that can't be read has none. */
export function hasFlag(flags: number | undefined, flag: number): boolean {
  return flags !== undefined && !Number.isNaN(flags) && (flags & flag) !== 0;
}
