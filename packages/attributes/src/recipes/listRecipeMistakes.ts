import { affiliations, isOnlyAlum, otherAffiliations } from '../affiliations.ts';
import { findAttributeDefinition } from '../dictionary.ts';
import { madePerServiceProvider } from '../givenAttributes.ts';
import { listUnknownAttributes } from '../listReleaseRuleMistakes.ts';
import { parseAttributeValue } from '../syntax.ts';
import type { AttributeDefinition } from '../types.ts';
import { judgeReplacement, readExpression } from './expression.ts';
import { listOutputs } from './listOutputs.ts';
import { judgeTemplate } from './template.ts';
import type { AttributeRecipe, AttributeRecipes } from './types.ts';
import { listAllNames, type PlacedRecipe, walkRecipe } from './walkRecipe.ts';

/** Something wrong with a recipe; `path` leads to it from `attributes` of attributes.yaml, or from its top. */
export type RecipeMistake = { readonly path: readonly PropertyKey[]; readonly message: string };

/** What the shape of attributes.yaml can't tell: names that are no attributes, and recipes that can never be right. */
export function listRecipeMistakes(recipes: AttributeRecipes['recipes']): readonly RecipeMistake[] {
  return Object.entries(recipes).flatMap(([id, recipe]) => {
    const definition = findAttributeDefinition(id);
    if (definition === undefined) return listUnknownAttributes([id]).map((message) => ({ path: [id], message }));
    return recipe === undefined ? [] : listMistakesOf(definition, recipe);
  });
}

function listMistakesOf(definition: AttributeDefinition, recipe: AttributeRecipe): readonly RecipeMistake[] {
  const { id } = definition;
  if (madePerServiceProvider.has(id)) {
    const where = 'the generators under identifiers in gakumon.yaml make it; here it can only be switched off, by none';
    return [{ path: [id], message: `is made for each service: ${where}` }];
  }
  const placed = walkRecipe(recipe, [id]);
  return [
    ...(id === 'eduPersonUniqueId' ? listReused(recipe) : []),
    ...placed.flatMap((one) => [...listOfRegex(one), ...listOfTemplate(one), ...listOfAffiliation(definition, one)]),
    ...listImpossible(definition, { recipe, path: [id] }),
  ];
}

function listReused(recipe: AttributeRecipe): readonly RecipeMistake[] {
  if (!listAllNames(recipe).includes('username')) return [];
  const message = 'is for good, and a login name may be given to somebody else one day: read another attribute';
  return [{ path: ['eduPersonUniqueId'], message }];
}

function listOfRegex({ recipe, path }: PlacedRecipe): readonly RecipeMistake[] {
  if (recipe.kind !== 'regex') return [];
  const expression = readExpression(recipe.match);
  if ('problem' in expression) return [{ path: [...path, 'match'], message: expression.problem }];
  const message = judgeReplacement(recipe.replace, expression.groups);
  return message === undefined ? [] : [{ path: [...path, 'replace'], message }];
}

function listOfTemplate({ recipe, path }: PlacedRecipe): readonly RecipeMistake[] {
  const message = recipe.kind === 'template' ? judgeTemplate(recipe.text) : undefined;
  return message === undefined ? [] : [{ path: [...path, 'template'], message }];
}

function listOfAffiliation({ id }: AttributeDefinition, { recipe, path }: PlacedRecipe): readonly RecipeMistake[] {
  if (recipe.kind !== 'byAffiliation') return [];
  const here = [...path, 'byAffiliation'];
  if (id === 'eduPersonAffiliation') return [{ path: here, message: 'would need to know what it makes' }];
  return Object.keys(recipe.of)
    .filter((key) => !affiliations.some((known) => known === key))
    .map((key) => ({ path: [...here, key], message: `is no affiliation (known here: ${affiliations.join(', ')})` }));
}

/** Values that stand in the file, and would be withheld whoever logs in. Which scopes there are is not known here. */
function listImpossible(definition: AttributeDefinition, placed: PlacedRecipe): readonly RecipeMistake[] {
  return listOutputs(placed).flatMap(({ value, path }) => {
    if (definition.syntax === 'affiliation' && isOfEduPerson(value)) return [];
    const parsed = parseAttributeValue(definition.syntax, value, []);
    if ('value' in parsed || parsed.problem === 'scope') return [];
    return [{ path, message: `${JSON.stringify(value)} can be no value of ${definition.id}: ${parsed.reason}` }];
  });
}

/** Not sent, but it says who is no member. */
const isOfEduPerson = (value: string): boolean =>
  otherAffiliations.some((known) => known === value.toLowerCase()) || isOnlyAlum([value]);

/** Where something stands, as people read it: items of lists count from 1. */
export function recipePlace(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, step) => (typeof step === 'number' ? `${text}[${step + 1}]` : `${text}${text && '.'}${String(step)}`),
    '',
  );
}
