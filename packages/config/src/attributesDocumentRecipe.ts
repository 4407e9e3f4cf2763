import { type AttributeRecipe, deepestRecipe } from '@gakumon/attributes';
import { byForm, isGroup, listMistakes, object, type Schema, scope, text, z } from './schema.ts';

/** One value, or several. */
const values = z
  .union([text, z.array(text).max(200, { error: 'has more than 200 values' })], {
    error: 'must be text or a list of texts (put numbers in quotes)',
  })
  .transform((written) => (typeof written === 'string' ? [written] : written));

const line = text.max(2048, { error: 'has more than 2048 characters' });
const expression = z.string().min(1, { error: 'is empty' }).max(500, { error: 'has more than 500 characters' });
const replacement = z.string().max(2048, { error: 'has more than 2048 characters' });
const others = z.enum(['keep', 'drop'], { error: 'must be keep or drop' });

type Inner = Schema<AttributeRecipe>;

/** How each kind is written, by the key that it is known by. `inner` reads the recipes inside it. */
const forms: Readonly<Record<string, (inner: Inner) => Schema<AttributeRecipe>>> = {
  from: () => object({ from: text }).transform(({ from }) => ({ kind: 'direct', from })),
  static: () => object({ static: values }).transform((given) => ({ kind: 'static', values: given.static })),
  scoped: (inner) =>
    object({ scoped: inner, scope: scope.optional() }).transform((given) => {
      return { kind: 'scoped', value: given.scoped, scope: given.scope };
    }),
  template: () => object({ template: line }).transform(({ template }) => ({ kind: 'template', text: template })),
  map: (inner) =>
    object({ map: inner, to: table(values), otherwise: others.default('drop') }).transform((given) => {
      return { kind: 'map', value: given.map, to: given.to, otherwise: given.otherwise };
    }),
  regex: (inner) =>
    object({ regex: inner, match: expression, replace: replacement }).transform(({ regex, match, replace }) => {
      return { kind: 'regex', value: regex, match, replace };
    }),
  first: (inner) => object({ first: several(inner) }).transform(({ first }) => ({ kind: 'first', of: first })),
  all: (inner) => object({ all: several(inner) }).transform(({ all }) => ({ kind: 'all', of: all })),
  byAffiliation: (inner) =>
    object({ byAffiliation: table(inner), otherwise: inner.optional() }).transform((given) => {
      return { kind: 'byAffiliation', of: given.byAffiliation, otherwise: given.otherwise };
    }),
};

const several = (inner: Inner) =>
  z
    .array(inner, { error: 'must be a list' })
    .min(1, { error: 'is empty' })
    .max(50, { error: 'has more than 50 recipes' });

/** Keys of the file's own choice, which may be called like parts of an object. */
function table<T>(schema: z.ZodType<T>): z.ZodType<Readonly<Record<string, T>>> {
  return z.unknown().transform((given, context) => {
    if (!isGroup(given) || Object.keys(given).length === 0) {
      context.addIssue(given === undefined ? 'is missing' : 'must be a group of keys, and not empty');
      return z.NEVER;
    }
    const read = Object.entries(given).map(([key, value]) => {
      const result = schema.safeParse(value);
      for (const { path, message } of result.success ? [] : listMistakes(result.error)) {
        context.addIssue({ code: 'custom', path: [key, ...path], message });
      }
      return [key, result.data] as const;
    });
    return Object.fromEntries(read) as Readonly<Record<string, T>>;
  });
}

function recipe(depth: number): Inner {
  return byForm((written) => {
    if (depth > deepestRecipe) return refuse(`recipes are nested more than ${deepestRecipe} deep`);
    if (written === 'none') return refuse('none stands for a whole attribute only');
    if (typeof written === 'string') return text.transform((from) => ({ kind: 'direct', from }));
    const kinds = isGroup(written) ? Object.keys(forms).filter((key) => Object.hasOwn(written, key)) : [];
    const [form, ...more] = kinds.flatMap((key) => forms[key] ?? []);
    if (form !== undefined && more.length === 0) return form(recipe(depth + 1));
    const known = Object.keys(forms).join(', ');
    return refuse(
      form === undefined
        ? `must be the name of an attribute, none, or a group with one of ${known}`
        : `has ${kinds.join(' and ')}, which are recipes of their own`,
    );
  });
}

const refuse = (message: string): Inner =>
  z.unknown().transform((_written, context) => {
    context.addIssue(message);
    return z.NEVER;
  });

/** One recipe of attributes.yaml, in the form that suits it. */
export const attributeRecipe: Schema<AttributeRecipe> = recipe(0);
