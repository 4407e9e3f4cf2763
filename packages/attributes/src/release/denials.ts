import type { ReleaseRule, ReleaseRules } from '../releaseRules.ts';
import { attributeOfItem, type ItemSelection, readItem } from './readItem.ts';

/** What a rule keeps in the house of one attribute. */
export type Denial = { readonly rule: ReleaseRule; readonly selection: ItemSelection };

/** What rules say against an attribute; a `deny` that nobody can read counts for all of them. */
export function listDenials(rules: ReleaseRules, id: string): readonly Denial[] {
  return rules.flatMap((rule) =>
    rule.deny
      .filter((item) => (attributeOfItem(item) ?? id) === id)
      .map((item) => ({ rule, selection: readItem(item, 'denial') })),
  );
}

/** @param among so many values the attribute has */
export const denies = ({ selection }: Denial, text: () => string, among: number): boolean =>
  typeof selection === 'string' || selection(text(), among);
