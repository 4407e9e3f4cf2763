import { dictionary, findAttributeDefinition } from './dictionary.ts';
import type { ReleaseRules } from './releaseRules.ts';

/** Something wrong with a rule of release.yaml; `index` and `field` lead to its line. */
export type ReleaseRuleMistake = {
  readonly index: number;
  readonly field: 'name' | 'release' | 'deny';
  readonly message: string;
};

/** What the shape of the file can't tell: names that are no attributes (a mistyped deny would protect nobody), and repeated rule names. */
export function listReleaseRuleMistakes(rules: ReleaseRules): readonly ReleaseRuleMistake[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index): ReleaseRuleMistake[] => {
    const repeated = seen.has(rule.name);
    seen.add(rule.name);
    const released = typeof rule.release === 'string' ? [] : rule.release;
    return [
      ...(repeated ? [{ index, field: 'name' as const, message: `two rules are named ${rule.name}` }] : []),
      ...listUnknownAttributes(released).map((message) => ({ index, field: 'release' as const, message })),
      ...listUnknownAttributes(rule.deny).map((message) => ({ index, field: 'deny' as const, message })),
    ];
  });
}

/** What to tell of each name that is none of the dictionary's. */
export function listUnknownAttributes(ids: readonly string[]): string[] {
  return ids
    .filter((id) => findAttributeDefinition(id) === undefined)
    .map((id) => {
      const meant = dictionary.find((definition) => definition.id.toLowerCase() === id.toLowerCase());
      return `no attribute is called ${JSON.stringify(id)}${meant === undefined ? '' : `; perhaps ${meant.id}`}`;
    });
}
