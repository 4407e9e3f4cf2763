import type { Person } from '@gakumon/terms';
import { mostValues } from '../parseValues.ts';
import { type Expression, mostWays, readExpression, replaceBy } from './expression.ts';
import { bounded } from './limits.ts';
import { expandTemplate } from './template.ts';
import type { AttributeRecipe } from './types.ts';

/** What a recipe may need to know beside the person. */
export type RecipeContext = {
  /** The one that is put behind values; undefined: there is none, and nothing scoped is made. */
  readonly scope: string | undefined;
  /** The person's affiliations, as they come out. */
  readonly affiliations: readonly string[];
};

/** What came out of a recipe, and the names it looked for in vain. */
export type RecipeOutcome = { readonly values: readonly string[]; readonly missing: readonly string[] };

type Ground = RecipeContext & { readonly person: Person; readonly missing: Set<string> };

/** Recipes inside one another; deeper ones make nothing. attributes.yaml refuses them. */
export const deepestRecipe = 8;

/**
 * The raw values that a recipe makes of what is known about one person; at most 200, each once. Pure and total: whatever
 * the person's values and the recipe are, it neither throws nor takes long.
 */
export function evaluateRecipe(recipe: AttributeRecipe, person: Person, context: RecipeContext): readonly string[] {
  return runRecipe(recipe, person, context).values.slice(0, mostValues);
}

/** The same with all values, for whoever counts and checks them, and with what was missing. */
export function runRecipe(recipe: AttributeRecipe, person: Person, context: RecipeContext): RecipeOutcome {
  const missing = new Set<string>();
  const values = evaluate(recipe, { ...context, person, missing }, 0);
  return { values, missing: [...missing] };
}

function evaluate(recipe: AttributeRecipe, ground: Ground, depth: number): readonly string[] {
  return depth > deepestRecipe ? [] : [...new Set(bounded(valuesOf(recipe, ground, depth)))];
}

function valuesOf(recipe: AttributeRecipe, ground: Ground, depth: number): readonly string[] {
  const inner = (one: AttributeRecipe) => evaluate(one, ground, depth + 1);
  switch (recipe.kind) {
    case 'direct':
      return read(recipe.from, ground);
    case 'static':
      return recipe.values;
    case 'scoped':
      return putScope(recipe.scope ?? ground.scope, inner(recipe.value));
    case 'template': {
      const made = expandTemplate(recipe.text, (name) => read(name, ground));
      return made === undefined ? [] : [made];
    }
    case 'map':
      return inner(recipe.value).flatMap((value) => mapped(recipe, value));
    case 'regex':
      return replaceAll(recipe, inner(recipe.value));
    case 'first':
      return firstOf(recipe.of, inner);
    case 'all':
      return recipe.of.flatMap(inner);
    case 'byAffiliation':
      return branchesOf(recipe, ground.affiliations).flatMap(inner);
  }
}

/** What a name of a recipe stands for; what nobody gave is noted. */
function read(name: string, { person, missing }: Ground): readonly string[] {
  if (name === 'username') return [person.username];
  if (name === 'directory') return [person.directory];
  if (name === 'groups') return bounded(person.groups);
  const given = Object.hasOwn(person.attributes, name) ? person.attributes[name] : undefined;
  if (given === undefined || given.length === 0) missing.add(name);
  return bounded(given ?? []);
}

const putScope = (scope: string | undefined, values: readonly string[]): readonly string[] =>
  scope === undefined ? [] : values.map((value) => `${value}@${scope}`);

function mapped({ to, otherwise }: Extract<AttributeRecipe, { kind: 'map' }>, value: string): readonly string[] {
  const others = otherwise === 'keep' ? [value] : [];
  return Object.hasOwn(to, value) ? (to[value] ?? others) : others;
}

function firstOf(
  recipes: readonly AttributeRecipe[],
  valuesIn: (one: AttributeRecipe) => readonly string[],
): readonly string[] {
  for (const one of recipes) {
    const values = valuesIn(one);
    if (values.length > 0) return values;
  }
  return [];
}

function branchesOf(
  { of, otherwise }: Extract<AttributeRecipe, { kind: 'byAffiliation' }>,
  affiliations: readonly string[],
): readonly AttributeRecipe[] {
  const named = affiliations.flatMap((one) => (Object.hasOwn(of, one) && of[one] !== undefined ? [of[one]] : []));
  return named.length > 0 || otherwise === undefined ? named : [otherwise];
}

type RegexRecipe = Extract<AttributeRecipe, { kind: 'regex' }>;
/** Compiled when they are first used; recipes are frozen, and go when their document goes. */
const compiled = new WeakMap<RegexRecipe, Expression | undefined>();

function expressionOf(recipe: RegexRecipe): Expression | undefined {
  if (!compiled.has(recipe)) {
    const read = readExpression(recipe.match);
    compiled.set(recipe, 'problem' in read ? undefined : read);
  }
  return compiled.get(recipe);
}

function replaceAll(recipe: RegexRecipe, values: readonly string[]): readonly string[] {
  const expression = expressionOf(recipe);
  if (expression === undefined) return [];
  let left = mostWays;
  return values.flatMap((value) => {
    const cost = expression.costOf(value);
    if (cost > left) return [];
    left -= cost;
    const groups = expression.match(value);
    return groups === undefined ? [] : [replaceBy(recipe.replace, groups)];
  });
}
