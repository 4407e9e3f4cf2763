import type { Person } from '@gakumon/terms';
import { attributeValueText } from '../attributeValueText.ts';
import { listAffiliations } from '../releaseTarget.ts';
import type { ResolvedAttribute } from '../types.ts';
import type { PersonCondition } from './types.ts';

/** `unknown`: the condition is not understood, or a source that would tell is away. */
export type ConditionVerdict = 'holds' | 'fails' | 'unknown';

type Knowledge = { readonly person: Person; readonly resolved: readonly ResolvedAttribute[] };

/** How two texts are compared: alike as they stand, or after folding both. */
type Spelling = (text: string) => string;

/** Whether everything that a condition says holds of somebody. Takes conditions of any shape; pure. */
export function meetsCondition(condition: PersonCondition, known: Knowledge, spell: Spelling): ConditionVerdict {
  if (typeof condition !== 'object' || condition === null) return 'unknown';
  const parts = Object.entries(condition).filter(([, wanted]) => wanted !== undefined);
  return together(parts.map(([key, wanted]) => meetsPart(key, wanted, known, spell)));
}

/** Nothing at all describes nobody: it was meant to be something. */
function together(verdicts: readonly ConditionVerdict[]): ConditionVerdict {
  if (verdicts.length === 0) return 'unknown';
  if (verdicts.includes('fails')) return 'fails';
  return verdicts.includes('unknown') ? 'unknown' : 'holds';
}

function meetsPart(key: string, wanted: unknown, { person, resolved }: Knowledge, spell: Spelling): ConditionVerdict {
  switch (key) {
    case 'groups':
      return compare(wanted, all(person.groups), spell);
    case 'directories':
      return compare(wanted, all([person.directory]), spell);
    case 'usernames':
      return compare(wanted, all([person.username]), spell);
    case 'affiliations':
      return compare(wanted, perhapsMissing(listAffiliations(resolved), person), spell);
    case 'attributes':
      if (!Array.isArray(wanted)) return 'unknown';
      return together(wanted.map((one) => compare(one?.values, valuesOf(one?.id, { person, resolved }), spell)));
    default:
      return 'unknown';
  }
}

type Known = { readonly values: readonly string[]; readonly isAll: boolean };
const all = (values: readonly string[]): Known => ({ values, isAll: true });

function valuesOf(id: unknown, { person, resolved }: Knowledge): Known {
  const values = resolved.find(({ definition }) => definition.id === id)?.values ?? [];
  return perhapsMissing(values.map(attributeValueText), person);
}

/** Where a source is away that may know more, what is not among the values is not known to be missing. */
const perhapsMissing = (values: readonly string[], { sourcesAway = [] }: Person): Known => ({
  values,
  isAll: sourcesAway.length === 0,
});

function compare(wanted: unknown, { values, isAll }: Known, spell: Spelling): ConditionVerdict {
  const isList = Array.isArray(wanted) && wanted.length > 0 && wanted.every((one) => typeof one === 'string');
  if (!isList) return 'unknown';
  const own = values.map(spell);
  if (wanted.some((one: string) => own.includes(spell(one)))) return 'holds';
  return isAll ? 'fails' : 'unknown';
}
