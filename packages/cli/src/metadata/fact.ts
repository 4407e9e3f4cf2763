import type { LocalisedOptional } from '@gakumon/terms';
import { formatTable } from '../table.ts';

/** Something to be said of an entity. Without values, nothing is said. */
export type Fact = readonly [label: string, ...values: string[]];

/** A label on the first line of its values. */
export function formatFacts(facts: readonly Fact[]): string {
  const rows = facts.flatMap(([label, ...values]) => values.map((value, index) => [index === 0 ? label : '', value]));
  return formatTable(['', ''], rows).trimStart();
}

export const yes = (value: boolean): string => (value ? 'yes' : 'no');

/** `図書館 (ja)`, `Library (en)`. */
export const inLanguages = (texts: LocalisedOptional): string[] =>
  Object.entries(texts).map(([language, text]) => (language === '' ? text : `${text} (${language})`));

/** Nothing for what is not there. */
export const ifThere = (...values: readonly (string | undefined)[]): string[] =>
  values.filter((value) => value !== undefined);
