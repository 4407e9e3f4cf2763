import { type AttributeRecipes, findAttributeDefinition, listNamesRead, noRecipes } from '@gakumon/attributes';
import type { Config, loadPeople } from '@gakumon/config';

type People = Awaited<ReturnType<typeof loadPeople>>;

/**
 * Names of attributes that nothing reads: mistyped, most of the time. They are no mistakes, since a directory may hold
 * more than is used.
 * @param recipes what attributes.yaml reads is read
 * @returns each name once, with the first person who has it
 */
export function listUnknownAttributes(
  people: People,
  { identifiers, sources = [] }: Pick<Config, 'identifiers'> & Partial<Pick<Config, 'sources'>>,
  { recipes }: AttributeRecipes = noRecipes,
): readonly { readonly name: string; readonly username: string }[] {
  const byRecipes = Object.values(recipes).flatMap((recipe) => (recipe === undefined ? [] : listNamesRead(recipe)));
  const startedFrom = identifiers.generators.map(({ source }) => source);
  const read = new Set(['affiliation', ...startedFrom, ...sources.map(({ key }) => key), ...byRecipes]);
  const unknown = new Map<string, string>();
  for (const { username, attributes } of people) {
    for (const name of Object.keys(attributes)) {
      const isRead = read.has(name) || findAttributeDefinition(name) !== undefined;
      if (!isRead && !unknown.has(name)) unknown.set(name, username);
    }
  }
  return [...unknown].map(([name, username]) => ({ name, username }));
}
