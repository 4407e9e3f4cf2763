import { type AttributeRecipe, type AttributeRecipes, listRecipeMistakes } from '@gakumon/attributes';
import { attributeRecipe } from './attributesDocumentRecipe.ts';
import { loadDocument, parseDocument } from './document.ts';
import { group, type Issue, isGroup, listMistakes, object, type Schema, version, z } from './schema.ts';

const yesOrNo = z.boolean({ error: 'must be true or false' });

/** By dictionary id. One that is wrong hides no mistake of the others. */
const recipes = z.unknown().transform((given, context): AttributeRecipes['recipes'] => {
  const tell = ({ path, message }: Issue) => context.addIssue({ code: 'custom', path: [...path], message });
  if (!isGroup(given)) tell({ path: [], message: 'must be a group of keys' });
  const read = Object.entries(isGroup(given) ? given : {}).map(([id, written]) => [id, readOne(id, written, tell)]);
  // Keys of the file may be called like parts of an object; fromEntries makes them ordinary ones.
  const named: AttributeRecipes['recipes'] = Object.fromEntries(read);
  for (const mistake of listRecipeMistakes(named)) tell(mistake);
  return named;
});

function readOne(id: string, written: unknown, tell: (issue: Issue) => void): AttributeRecipe | undefined {
  if (written === 'none') return undefined;
  const result = attributeRecipe.safeParse(written);
  if (result.success) return result.data;
  for (const { path, message } of listMistakes(result.error)) tell({ path: [id, ...path], message });
  return undefined;
}

/** The schema of attributes.yaml. Recipes that can never be right are mistakes too. */
const attributesSchema: Schema<AttributeRecipes> = object({
  version,
  defaults: yesOrNo.default(true),
  certified: yesOrNo.default(false),
  attributes: group(recipes).prefault({}),
}).transform(({ defaults, certified, attributes }) => ({ recipes: attributes, defaults, certified }));

/**
 * Reads attributes.yaml.
 * @throws GakumonError `document-invalid` with every mistake and its line, `file-unreadable`
 */
export function loadAttributes(file: string): Promise<AttributeRecipes> {
  return loadDocument(file, attributesSchema, 'document-invalid');
}

/** The same of a text that is in hand already; `file` is what it is called in messages. */
export function parseAttributes(text: string, file: string): AttributeRecipes {
  return parseDocument(text, file, attributesSchema, 'document-invalid');
}
