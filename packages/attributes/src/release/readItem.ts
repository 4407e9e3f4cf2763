import type { ReleaseItem } from '../releaseRules.ts';
import { foldCase } from './foldCase.ts';

/** Which values of an attribute an item of a list means; `unreadable`: nobody can tell. */
export type ItemSelection = 'every' | 'unreadable' | ((text: string) => boolean);

/** The attribute of an item of any shape; undefined: nobody can tell. */
export function attributeOfItem(item: ReleaseItem): string | undefined {
  const named: unknown = typeof item === 'string' ? item : item?.attribute;
  return typeof named === 'string' ? named : undefined;
}

/** @param ignoreCase for denials, which must not be got round by another spelling */
export function readItem(item: ReleaseItem, ignoreCase: boolean): ItemSelection {
  if (typeof item === 'string') return 'every';
  const { attribute, values, matching, ...others } = item ?? {};
  if (typeof attribute !== 'string') return 'unreadable';
  if (Object.keys(others).length > 0 || (values !== undefined && matching !== undefined)) return 'unreadable';
  if (values !== undefined) return selectListed(values, ignoreCase);
  return matching === undefined ? 'every' : selectMatching(matching, ignoreCase);
}

function selectListed(values: readonly string[], ignoreCase: boolean): ItemSelection {
  if (!Array.isArray(values) || values.some((one) => typeof one !== 'string')) return 'unreadable';
  if (!ignoreCase) return (text) => values.includes(text);
  const folded = values.map(foldCase);
  return (text) => folded.includes(foldCase(text));
}

function selectMatching(matching: string, ignoreCase: boolean): ItemSelection {
  const pattern = compileWhole(matching, ignoreCase ? 'isu' : 'su');
  return pattern === undefined ? 'unreadable' : (text) => pattern.test(text);
}

/** A regular expression for a value from its beginning to its end, line feeds and all; undefined: it is none. */
export function compileWhole(matching: unknown, flags = 'su'): RegExp | undefined {
  if (typeof matching !== 'string') return undefined;
  try {
    // By itself first: `a)|(b` is none, and would be one between our brackets.
    new RegExp(matching, flags);
    return new RegExp(`^(?:${matching})$`, flags);
  } catch {
    return undefined;
  }
}
