import type { PlacedRecipe } from './walkRecipe.ts';
import { listInner } from './walkRecipe.ts';

/** A value that a recipe writes down itself, and where it stands. */
export type WrittenValue = { readonly value: string; readonly path: readonly PropertyKey[] };

/** The values that come out as they are written, without any of the person's: they are right or wrong for everybody. */
export function listOutputs({ recipe, path }: PlacedRecipe): readonly WrittenValue[] {
  const inner = () =>
    listInner(recipe).flatMap((one) => listOutputs({ recipe: one.recipe, path: [...path, ...one.path] }));
  switch (recipe.kind) {
    case 'static':
      return recipe.values.map((value, index) => ({ value, path: [...path, 'static', index] }));
    case 'map': {
      const named = Object.entries(recipe.to).flatMap(([key, values]) =>
        values.map((value) => ({ value, path: [...path, 'to', key] })),
      );
      return recipe.otherwise === 'keep' ? [...named, ...inner()] : named;
    }
    case 'first':
    case 'all':
    case 'byAffiliation':
      return inner();
    default:
      return [];
  }
}
