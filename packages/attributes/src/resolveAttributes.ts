import type { Person } from '@gakumon/terms';
import { attributeValueText } from './attributeValueText.ts';
import { deriveFromScope, makePairwiseId, makeTargetedId } from './derivedAttributes.ts';
import { dictionary, findAttributeDefinition } from './dictionary.ts';
import { listToldAffiliations, madePerServiceProvider, resolveGiven } from './givenAttributes.ts';
import { namingAttributes, withholdBlocked } from './identifiers/blocked.ts';
import { findSourceValues } from './identifiers/sourceValue.ts';
import { type Standing, settleMembership, standingOf } from './membership.ts';
import { isIdentifying, type ParsedValues, parseValues } from './parseValues.ts';
import { runRecipe } from './recipes/evaluateRecipe.ts';
import type { AttributeRecipe } from './recipes/types.ts';
import { type ResolutionContext, scopeOfDirectory } from './resolutionContext.ts';
import type { AttributeDefinition, AttributeValue, Resolution, ResolvedAttributes, SourceValues } from './types.ts';

/** What is known while one person's attributes are made. */
type Ground = {
  readonly person: Person;
  readonly context: ResolutionContext;
  readonly affiliation: readonly AttributeValue[];
  /** What can be made of login name, scope and affiliation, by dictionary id. */
  readonly derived: Readonly<Record<string, readonly string[]>>;
  readonly standing: Standing;
};

const nothing: ParsedValues = { values: [], withheld: [] };

/**
 * Everything that is known about a person for one SP, in the order of the dictionary. The affiliation comes first, since
 * others are made of it. Each attribute is made by its recipe in attributes.yaml; without one, it is what the directory says
 * under the dictionary's name, or else what can be made of login name and scope (DESIGN section 2). eduPersonUniqueId is
 * never made: a login name may be given to somebody else one day, and that identifier must not be. eduPersonTargetedID and
 * pairwise-id are computed for each SP. What still belongs to somebody else who left (GakuNin's 24 months) is not among it.
 * @returns also the values that break the dictionary's rules; they never stop a login
 */
export function resolveAttributes(person: Person, context: ResolutionContext): Resolution {
  const { affiliation, standing } = resolveAffiliation(person, context);
  const derived = deriveFromScope(person, affiliation.values, context);
  const ground: Ground = { person, context, affiliation: affiliation.values, derived, standing };
  const all = new Map<string, ParsedValues>();
  for (const definition of dictionary) {
    const made = definition.id === 'eduPersonAffiliation' ? affiliation : resolveOne(definition, ground);
    if (made !== undefined) all.set(definition.id, made);
  }
  const sources = findSourceValues(person, all, context);
  takeBlocked(all, context);
  if (isWanted('eduPersonTargetedID', context)) append(all, 'eduPersonTargetedID', makeTargetedId(sources, context));
  if (isWanted('pairwise-id', context)) append(all, 'pairwise-id', makePairwiseId(person, sources, context));
  return toResolution(all, sources);
}

function takeBlocked(all: Map<string, ParsedValues>, { isBlocked }: ResolutionContext): void {
  if (isBlocked === undefined) return;
  for (const id of namingAttributes) {
    const made = all.get(id);
    if (made !== undefined) all.set(id, withholdBlocked(id, made, isBlocked));
  }
}

/** The one attribute that others are made of. Whoever graduated loses `member`, by whichever way it came. */
function resolveAffiliation(
  person: Person,
  context: ResolutionContext,
): { readonly affiliation: ParsedValues; readonly standing: Standing } {
  const definition = findAttributeDefinition('eduPersonAffiliation') as AttributeDefinition;
  const ground: Ground = { person, context, affiliation: [], derived: {}, standing: 'present' };
  const made = resolveRaw(definition, ground) ?? nothing;
  const said = [...made.values.map(attributeValueText), ...made.withheld.map(({ value }) => value)];
  const standing = standingOf(person, [...listToldAffiliations(person), ...said]);
  return { affiliation: settleMembership(definition, made, standing), standing };
}

function resolveOne(definition: AttributeDefinition, ground: Ground): ParsedValues | undefined {
  const made = resolveRaw(definition, ground);
  return made === undefined ? undefined : settleMembership(definition, made, ground.standing);
}

/** By recipe, as given, or derived, in this order; undefined: by nothing. */
function resolveRaw(definition: AttributeDefinition, ground: Ground): ParsedValues | undefined {
  const { id } = definition;
  const { recipes, defaults } = ground.context.recipes;
  if (Object.hasOwn(recipes, id) && !madePerServiceProvider.has(id)) {
    const recipe = recipes[id];
    return recipe === undefined ? undefined : resolveByRecipe(definition, recipe, ground);
  }
  if (!defaults || !isWanted(id, ground.context)) return undefined;
  const given = resolveGiven(ground.person, definition, ground.context.scopes);
  const raws = Object.hasOwn(ground.derived, id) ? ground.derived[id] : undefined;
  return given ?? (raws === undefined ? undefined : parseValues(definition, raws, ground.context.scopes));
}

function resolveByRecipe(
  definition: AttributeDefinition,
  recipe: AttributeRecipe,
  { person, context, affiliation }: Ground,
): ParsedValues {
  const scope = scopeOfDirectory(person.directory, context);
  const affiliations = affiliation.map(attributeValueText);
  const { values, missing } = runRecipe(recipe, person, { scope, affiliations });
  const parsed = parseValues(definition, values, context.scopes);
  if (missing.length === 0) return parsed;
  const away = person.sourcesAway ?? [];
  if (away.length > 0) return tellMissing(definition, parsed, missing, away);
  const isTold = values.length === 0 && goesByOneName(recipe);
  return isTold ? withReason(definition, parsed, missing, 'which this person has not') : parsed;
}

/** Other recipes look for several names in vain by design, as `first` does. */
function goesByOneName(recipe: AttributeRecipe): boolean {
  return recipe.kind === 'scoped'
    ? goesByOneName(recipe.value)
    : recipe.kind === 'direct' || recipe.kind === 'template';
}

/**
 * While a source is away, nobody knows whether it would have had what is missing. What was made without it may go, but for
 * identifiers: the second choice of a recipe would make somebody else of the person.
 */
function tellMissing(
  definition: AttributeDefinition,
  parsed: ParsedValues,
  missing: readonly string[],
  away: readonly string[],
): ParsedValues {
  const values = isIdentifying(definition) ? [] : parsed.values;
  const why = `which nobody gave while ${away.join(', ')} could not be asked`;
  return withReason(definition, { ...parsed, values }, missing, why);
}

function withReason(
  { id }: AttributeDefinition,
  { values, withheld }: ParsedValues,
  missing: readonly string[],
  why: string,
): ParsedValues {
  const reason = `its recipe reads ${missing.join(', ')}, ${why}`;
  return { values, withheld: [...withheld, { attribute: id, value: '', code: 'source-missing', reason }] };
}

/** Identifiers made for each SP are no matter of recipes, but can be switched off among them. */
const isWanted = (id: string, { recipes: { recipes } }: ResolutionContext): boolean =>
  !(madePerServiceProvider.has(id) && Object.hasOwn(recipes, id) && recipes[id] === undefined);

function append(all: Map<string, ParsedValues>, id: string, made: ParsedValues): void {
  const given = all.get(id);
  all.set(id, { values: made.values, withheld: [...(given?.withheld ?? []), ...made.withheld] });
}

function toResolution(all: ReadonlyMap<string, ParsedValues>, sources: SourceValues): Resolution {
  const resolved = dictionary.flatMap((definition) => {
    const values = all.get(definition.id)?.values ?? [];
    return values.length === 0 ? [] : [{ definition, values }];
  });
  return {
    resolved: resolved as readonly unknown[] as ResolvedAttributes,
    withheld: [...all.values()].flatMap((parsed) => parsed.withheld),
    sources,
  };
}
