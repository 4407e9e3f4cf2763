// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of attributes.yaml are written so
import fc from 'fast-check';
import type { AttributeRecipe } from '../types.ts';

const names = ['a', 'b', 'cn', 'affiliation', 'username', 'groups', '__proto__', 'constructor'];
const name = fc.constantFrom(...names);
const value = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 12 }),
  fc.constantFrom('student', 'alum', 'member', 'a@example.ac.jp', '${a}', '$1', '$&', '\ud83d', 'https://orcid.org/x'),
);
const values = fc.array(value, { maxLength: 4 });
const template = fc
  .array(
    fc.oneof(
      value,
      name.map((one) => `\${${one}}`),
    ),
    { maxLength: 4 },
  )
  .map((pieces) => pieces.join(''));
const expression = fc.oneof(
  fc.constantFrom('(.*)', '(a+)+', '(.)(.*)', '[a-z]+', '(', '.*@.*'),
  fc.string({ maxLength: 8 }),
);

/** Attributes of a person, with names that recipes read and values that somebody may have written to do harm. */
export const anyAttributes = fc
  .array(fc.tuple(name, values), { maxLength: 6 })
  .map((entries): Record<string, string[]> => Object.fromEntries(entries));

/** Any recipe at all, and not only those that attributes.yaml lets through. */
export const anyRecipe = fc.letrec<{ recipe: AttributeRecipe }>((tie) => ({
  recipe: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    name.map((one): AttributeRecipe => ({ kind: 'direct', from: one })),
    values.map((all): AttributeRecipe => ({ kind: 'static', values: all })),
    template.map((text): AttributeRecipe => ({ kind: 'template', text })),
    fc
      .tuple(tie('recipe'), fc.constantFrom(undefined, 'example.ac.jp', 'other.ac.jp', ''))
      .map(([inner, scope]): AttributeRecipe => ({ kind: 'scoped', value: inner, scope })),
    fc
      .tuple(tie('recipe'), fc.array(fc.tuple(value, values), { maxLength: 3 }), fc.constantFrom('keep', 'drop'))
      .map(([inner, entries, otherwise]): AttributeRecipe => {
        return { kind: 'map', value: inner, to: Object.fromEntries(entries), otherwise };
      }),
    fc
      .tuple(tie('recipe'), expression, value)
      .map(([inner, match, replace]): AttributeRecipe => ({ kind: 'regex', value: inner, match, replace })),
    fc
      .tuple(fc.constantFrom('first', 'all'), fc.array(tie('recipe'), { maxLength: 3 }))
      .map(([kind, of]): AttributeRecipe => ({ kind, of })),
    fc
      .tuple(fc.array(fc.tuple(fc.oneof(name, value), tie('recipe')), { maxLength: 3 }), fc.option(tie('recipe')))
      .map(([entries, otherwise]): AttributeRecipe => {
        return { kind: 'byAffiliation', of: Object.fromEntries(entries), otherwise: otherwise ?? undefined };
      }),
  ),
})).recipe;
