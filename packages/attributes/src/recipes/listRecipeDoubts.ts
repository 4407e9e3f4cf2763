import { nearestName } from '@gakumon/terms';
import { findAttributeDefinition } from '../dictionary.ts';
import { parseAttributeValue } from '../syntax.ts';
import { listOutputs } from './listOutputs.ts';
import type { RecipeMistake } from './listRecipeMistakes.ts';
import type { AttributeRecipe, AttributeRecipes } from './types.ts';
import { listNamesRead, walkRecipe } from './walkRecipe.ts';

/** What is known about the rest of the configuration. */
export type RecipeGround = {
  /** The attributes that directories and sources provide; undefined where that can't be told. */
  readonly provided: ReadonlySet<string> | undefined;
  /** Those that this IdP may speak for. */
  readonly scopes: readonly string[];
  /** Attributes of directories that hold the login name. */
  readonly loginNames: readonly string[];
};

const ial2 = 'https://www.gakunin.jp/profile/IAL2';

/** What can be read and is probably not meant; paths as those of mistakes. */
export function listRecipeDoubts(
  { recipes, certified = false }: AttributeRecipes,
  ground: RecipeGround,
): readonly RecipeMistake[] {
  return Object.entries(recipes).flatMap(([id, recipe]) =>
    recipe === undefined
      ? []
      : [
          ...listUnprovided(id, recipe, ground),
          ...listForeignScopes(id, recipe, ground),
          ...(certified ? [] : listUncertified(id, recipe)),
          ...listReused(id, recipe, ground),
        ],
  );
}

function listUnprovided(id: string, recipe: AttributeRecipe, { provided }: RecipeGround): RecipeMistake[] {
  if (provided === undefined) return [];
  return listNamesRead(recipe)
    .filter((name) => !provided.has(name) && !provided.has(name.replace(/;.*$/, '')))
    .map((name) => {
      const meant = nearestName(name, provided);
      const perhaps = meant === undefined ? '' : `; perhaps ${meant}`;
      return { path: [id], message: `reads ${JSON.stringify(name)}, which nobody has${perhaps}` };
    });
}

function listForeignScopes(id: string, recipe: AttributeRecipe, { scopes }: RecipeGround): RecipeMistake[] {
  const message = (what: string) => `${what} is not in a scope of this IdP (idp.scopes), so it is never sent`;
  const named = walkRecipe(recipe, [id]).flatMap(({ recipe: one, path }) =>
    one.kind === 'scoped' && one.scope !== undefined && !scopes.includes(one.scope)
      ? [{ path: [...path, 'scope'], message: message(`what is put in ${one.scope}`) }]
      : [],
  );
  const definition = findAttributeDefinition(id);
  const written = listOutputs({ recipe, path: [id] }).filter(({ value }) => {
    const parsed = definition === undefined ? {} : parseAttributeValue(definition.syntax, value, scopes);
    return 'problem' in parsed && parsed.problem === 'scope';
  });
  return [...named, ...written.map(({ value, path }) => ({ path, message: message(JSON.stringify(value)) }))];
}

/** GAKUNIN 3.1: only certified IdPs may send it. */
function listUncertified(id: string, recipe: AttributeRecipe): RecipeMistake[] {
  return listOutputs({ recipe, path: [id] })
    .filter(({ value }) => value === ial2)
    .map(({ path }) => ({
      path,
      message: `only an IdP that GakuNin has certified may send ${ial2}; once it is, write certified: true`,
    }));
}

function listReused(id: string, recipe: AttributeRecipe, { loginNames }: RecipeGround): RecipeMistake[] {
  if (id !== 'eduPersonUniqueId') return [];
  return listNamesRead(recipe)
    .filter((name) => loginNames.some((one) => one.toLowerCase() === name.toLowerCase()))
    .map((name) => ({
      path: [id],
      message: `is for good, and ${name} is a login name, which may be given to somebody else one day`,
    }));
}
