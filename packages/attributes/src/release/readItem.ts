import { type Expression, mostWays, readExpression } from '../recipes/expression.ts';
import type { ReleaseItem } from '../releaseRules.ts';
import { foldCase } from './foldCase.ts';

/** Which of the `among` values of an attribute an item of a list means; `unreadable`: nobody can tell. */
export type ItemSelection = 'every' | 'unreadable' | ((text: string, among: number) => boolean);

/** A permission compares exactly; a denial must not be got round by another spelling, nor by a value that can't be read. */
export type ItemUse = 'permission' | 'denial';

/** The attribute of an item of any shape; undefined: nobody can tell. */
export function attributeOfItem(item: ReleaseItem): string | undefined {
  const named: unknown = typeof item === 'string' ? item : item?.attribute;
  return typeof named === 'string' ? named : undefined;
}

export function readItem(item: ReleaseItem, use: ItemUse): ItemSelection {
  if (typeof item === 'string') return 'every';
  const { attribute, values, matching, ...others } = item ?? {};
  if (typeof attribute !== 'string') return 'unreadable';
  if (Object.keys(others).length > 0 || (values !== undefined && matching !== undefined)) return 'unreadable';
  if (values !== undefined) return selectListed(values, use);
  return matching === undefined ? 'every' : selectMatching(expressionOf(item, use), use);
}

function selectListed(values: readonly string[], use: ItemUse): ItemSelection {
  if (!Array.isArray(values) || values.some((one) => typeof one !== 'string')) return 'unreadable';
  if (use === 'permission') return (text) => values.includes(text);
  const folded = values.map(foldCase);
  return (text) => folded.includes(foldCase(text));
}

function selectMatching(expression: Expression | undefined, use: ItemUse): ItemSelection {
  if (expression === undefined) return 'unreadable';
  const { costOf, longest, match } = expression;
  const mayTakeLong = (text: string, among: number) => text.length > longest || costOf(text) * among > mostWays;
  if (use === 'permission') return (text, among) => !mayTakeLong(text, among) && match(text) !== undefined;
  // As it is too: what stands in the expression is not folded
  const spellings = (text: string) => new Set([text, foldCase(text)]);
  return (text, among) => [...spellings(text)].some((one) => mayTakeLong(one, among) || match(one) !== undefined);
}

/** Compiled when they are first used; items never change, and go when their document goes. */
const compiled = {
  permission: new WeakMap<object, Expression | undefined>(),
  denial: new WeakMap<object, Expression | undefined>(),
};

function expressionOf(item: Exclude<ReleaseItem, string>, use: ItemUse): Expression | undefined {
  const known = compiled[use];
  if (!known.has(item)) {
    const read = readMatching(item.matching, use);
    known.set(item, 'problem' in read ? undefined : read);
  }
  return known.get(item);
}

/** `matching` of an item: for a value from its beginning to its end, line feeds and all. */
export function readMatching(matching: unknown, use: ItemUse): Expression | { readonly problem: string } {
  if (typeof matching !== 'string') return { problem: 'is no regular expression' };
  return readExpression(matching, use === 'denial' ? 'isu' : 'su');
}
