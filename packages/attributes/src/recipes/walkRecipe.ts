import { listTemplateNames } from './template.ts';
import type { AttributeRecipe } from './types.ts';

/** A recipe inside another one, and where it stands in attributes.yaml. */
export type PlacedRecipe = { readonly recipe: AttributeRecipe; readonly path: readonly PropertyKey[] };

/** A recipe and all recipes inside it, with the keys that lead to each as attributes.yaml writes them. */
export function walkRecipe(recipe: AttributeRecipe, path: readonly PropertyKey[] = []): readonly PlacedRecipe[] {
  return [{ recipe, path }, ...listInner(recipe).flatMap((one) => walkRecipe(one.recipe, [...path, ...one.path]))];
}

/** The recipes right inside one. */
export function listInner(recipe: AttributeRecipe): readonly PlacedRecipe[] {
  switch (recipe.kind) {
    case 'scoped':
    case 'map':
    case 'regex':
      return [{ recipe: recipe.value, path: [recipe.kind] }];
    case 'first':
    case 'all':
      return recipe.of.map((one, index) => ({ recipe: one, path: [recipe.kind, index] }));
    case 'byAffiliation':
      return [
        ...Object.entries(recipe.of).map(([key, one]) => ({ recipe: one, path: ['byAffiliation', key] })),
        ...(recipe.otherwise === undefined ? [] : [{ recipe: recipe.otherwise, path: ['otherwise'] }]),
      ];
    default:
      return [];
  }
}

const ofThePerson: ReadonlySet<string> = new Set(['username', 'directory', 'groups']);

/** The attributes of directories and sources that a recipe reads, each once. */
export function listNamesRead(recipe: AttributeRecipe): readonly string[] {
  return listAllNames(recipe).filter((name) => !ofThePerson.has(name));
}

/** The same with `username`, `directory` and `groups`. */
export function listAllNames(recipe: AttributeRecipe): readonly string[] {
  return [...new Set(walkRecipe(recipe).flatMap(({ recipe: one }) => namesIn(one)))];
}

function namesIn(recipe: AttributeRecipe): readonly string[] {
  if (recipe.kind === 'direct') return [recipe.from];
  return recipe.kind === 'template' ? listTemplateNames(recipe.text) : [];
}
