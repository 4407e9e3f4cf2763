import type { Person } from '@gakumon/terms';
import { deriveFromScope, makePairwiseId, makeTargetedId } from './derivedAttributes.ts';
import { dictionary } from './dictionary.ts';
import { resolveGiven } from './givenAttributes.ts';
import { type ParsedValues, parseValues } from './parseValues.ts';
import type { ResolutionContext } from './resolutionContext.ts';
import type { Resolution, ResolvedAttributes } from './types.ts';

/**
 * Everything that is known about a person for one SP, in the order of the dictionary: the directory's attributes of the
 * dictionary's names, and what can be made of them (DESIGN section 2, "Without attributes.yaml"). What the directory
 * says of an attribute wins over what could be made. eduPersonUniqueId is never made: a login name may be given to
 * somebody else one day, and that identifier must not be.
 * @returns also the values that break the dictionary's rules; they never stop a login
 */
export function resolveAttributes(person: Person, context: ResolutionContext): Resolution {
  const all = new Map<string, ParsedValues>(resolveGiven(person, context.scopes));
  const affiliation = all.get('eduPersonAffiliation')?.values ?? [];
  const derived = deriveFromScope(person, affiliation, context);
  for (const definition of dictionary) {
    const raws = Object.hasOwn(derived, definition.id) ? derived[definition.id] : undefined;
    if (raws !== undefined && !all.has(definition.id)) {
      all.set(definition.id, parseValues(definition, raws, context.scopes));
    }
  }
  append(all, 'eduPersonTargetedID', makeTargetedId(person, all, context));
  append(all, 'pairwise-id', makePairwiseId(person, all, context));
  return toResolution(all);
}

function append(all: Map<string, ParsedValues>, id: string, made: ParsedValues): void {
  const given = all.get(id);
  all.set(id, { values: made.values, withheld: [...(given?.withheld ?? []), ...made.withheld] });
}

function toResolution(all: ReadonlyMap<string, ParsedValues>): Resolution {
  const resolved = dictionary.flatMap((definition) => {
    const values = all.get(definition.id)?.values ?? [];
    return values.length === 0 ? [] : [{ definition, values }];
  });
  return {
    resolved: resolved as readonly unknown[] as ResolvedAttributes,
    withheld: [...all.values()].flatMap((parsed) => parsed.withheld),
  };
}
