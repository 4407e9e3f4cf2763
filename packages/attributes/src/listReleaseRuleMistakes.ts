import { findAffiliation } from './affiliations.ts';
import { dictionary, findAttributeDefinition } from './dictionary.ts';
import { categoryBundles } from './release/categories.ts';
import { attributeOfItem, readMatching } from './release/readItem.ts';
import type { OneOf, ReleaseItem, ReleaseRule, ReleaseRules, ReleaseTarget } from './releaseRules.ts';

/** Something wrong with a rule of release.yaml; `index` and `path` lead to its line. */
export type ReleaseRuleMistake = {
  readonly index: number;
  readonly path: readonly PropertyKey[];
  readonly message: string;
};

type Mistake = Omit<ReleaseRuleMistake, 'index'>;

/**
 * What the shape of the file can't tell: names that are no attributes (a mistyped deny would protect nobody), what is no
 * regular expression or one that could take for ever, bundles of categories that have none, and repeated rule names.
 */
export function listReleaseRuleMistakes(rules: ReleaseRules): readonly ReleaseRuleMistake[] {
  const seen = new Set<string>();
  return rules.flatMap((rule, index): ReleaseRuleMistake[] => {
    const repeated = seen.has(rule.name);
    seen.add(rule.name);
    const mistakes = [
      ...(repeated ? [{ path: ['name'], message: `two rules are named ${rule.name}` }] : []),
      ...listTargetMistakes(rule.to).map(({ path, message }) => ({ path: ['to', ...path], message })),
      ...listItemMistakes('release', typeof rule.release === 'string' ? [] : rule.release),
      ...listItemMistakes('deny', rule.deny),
      ...listBundleMistakes(rule),
    ];
    return mistakes.map((mistake) => ({ index, ...mistake }));
  });
}

/** Affiliations that nobody has: those outside the vocabulary. */
export function listTargetMistakes(to: ReleaseTarget): readonly Mistake[] {
  if (to === 'any') return [];
  const { not, ...own } = to;
  const excluded: readonly ReleaseTarget[] = Array.isArray(not) ? not : not === undefined ? [] : [not];
  return [
    ...listUnknownAffiliations(textsOf('affiliation' in own ? own.affiliation : undefined)).map((message) => ({
      path: ['affiliation'],
      message,
    })),
    ...excluded.flatMap((one, at) =>
      listTargetMistakes(one).map(({ path, message }) => ({
        path: Array.isArray(not) ? ['not', at, ...path] : ['not', ...path],
        message,
      })),
    ),
  ];
}

/** What to tell of each text that is neither `student` nor `student@scope`, or the like. */
export function listUnknownAffiliations(written: readonly string[]): string[] {
  return written
    .filter((one) => findAffiliation(one.split('@', 1)[0] ?? '') !== one.split('@', 1)[0])
    .map(
      (one) => `nobody is ${JSON.stringify(one)}; there are faculty, staff, student, member, each perhaps with @scope`,
    );
}

function listItemMistakes(field: 'release' | 'deny', items: readonly ReleaseItem[]): Mistake[] {
  const unknown = listUnknownAttributes(items.map(attributeOfItem).filter((id) => id !== undefined));
  const patterns = items.flatMap((item, at): Mistake[] => {
    if (typeof item === 'string' || item.matching === undefined) return [];
    const read = readMatching(item.matching, field === 'deny' ? 'denial' : 'permission');
    return 'problem' in read ? [{ path: [field, at, 'matching'], message: read.problem }] : [];
  });
  return [...unknown.map((message) => ({ path: [field], message })), ...patterns];
}

function listBundleMistakes({ to, release }: ReleaseRule): Mistake[] {
  if (release !== 'bundle') return [];
  const categories = to === 'any' ? [] : textsOf(to.category);
  if (categories.length === 0) {
    return [{ path: ['release'], message: 'bundle is that of an entity category: say which under to.category' }];
  }
  return categories
    .filter((category) => !categoryBundles.has(category))
    .map((category) => ({
      path: ['to', 'category'],
      message: `${category} has no bundle; known: ${[...categoryBundles.keys()].join(', ')}`,
    }));
}

const textsOf = (written: OneOf | undefined): readonly string[] =>
  written === undefined ? [] : typeof written === 'string' ? [written] : written;

/** What to tell of each name that is none of the dictionary's. */
export function listUnknownAttributes(ids: readonly string[]): string[] {
  return ids
    .filter((id) => findAttributeDefinition(id) === undefined)
    .map((id) => {
      const meant = dictionary.find((definition) => definition.id.toLowerCase() === id.toLowerCase());
      return `no attribute is called ${JSON.stringify(id)}${meant === undefined ? '' : `; perhaps ${meant.id}`}`;
    });
}
