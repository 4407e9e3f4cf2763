import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findAttributeDefinition, type ReleaseRule } from '@gakumon/attributes';
import { GakumonError } from '@gakumon/terms';
import { parseYaml } from './locatedYaml.ts';
import { nameIdFormat, rulesSchema } from './releaseRules.ts';
import { localised, object, type Schema, text, version, z } from './schema.ts';
import { type ServiceProviderEntry, settingsSchema } from './serviceProviderSettings.ts';

const folder = join(import.meta.dirname, 'recipes');

/** The recipes that there are: the files of these names. */
export const recipeNames: readonly string[] = [
  'aws',
  'box',
  'e-journal',
  'ezproxy',
  'google-workspace',
  'microsoft-365',
  'moodle',
  'zoom',
];

/** Everything that a well-known service needs, ready for one site. */
export type Recipe = {
  readonly entityId: string;
  readonly assertionConsumerServices: readonly string[];
  readonly names: { readonly ja: string; readonly en: string };
  /** URIs. */
  readonly nameIdFormats: readonly string[];
  readonly wantAssertionsSigned: boolean;
  /** By saml:Attribute/@Name. */
  readonly requested: readonly { readonly name: string; readonly values: readonly string[] }[];
  readonly settings: ServiceProviderEntry;
  readonly rule: ReleaseRule;
  /** What to put into the documents, each one line of YAML. */
  readonly lines: { readonly sps: string; readonly release: string };
  /** What an operator has to know. What nobody was sure of begins with `not sure:`. */
  readonly notes: readonly string[];
};

const requested = z
  .record(z.string(), z.array(text))
  .transform((wanted) =>
    Object.entries(wanted).map(([id, values]) => ({ name: findAttributeDefinition(id)?.name ?? id, values })),
  );

const template = object({
  version,
  names: localised,
  set: z.record(z.string(), text),
  metadata: object({
    entityId: text,
    acs: z.array(text).min(1),
    nameIdFormats: z.array(nameIdFormat).default([]),
    wantAssertionsSigned: z.boolean().default(false),
    requested: requested.prefault({}),
  }),
  settings: z.record(z.string(), z.unknown()),
  release: z.record(z.string(), z.unknown()),
  notes: z.array(text),
});

/**
 * Reads a recipe and fills in what it asks for.
 * @param values what the operator sets; each key that the recipe names, and no other
 * @throws GakumonError `usage-wrong` for an unknown recipe, and for values that are missing, unknown or no plain words
 */
export async function loadRecipe(name: string, values: Readonly<Record<string, string>>): Promise<Recipe> {
  if (!recipeNames.includes(name)) refuse(`there is no recipe ${name}; there are ${recipeNames.join(', ')}`);
  const written = parseYaml(await readFile(join(folder, `${name}.yaml`), 'utf8')).value;
  requireValues(template.parse(written).set, values);
  const { names, metadata, settings, release, notes } = template.parse(fill(written, values));
  const { entityId, acs, ...rest } = metadata;
  const entry = { entityId, ...settings };
  const rule = { name, to: { entityId }, ...release };
  return {
    entityId,
    assertionConsumerServices: acs,
    names,
    ...rest,
    settings: onlyOne(settingsSchema, { version: 1, serviceProviders: [entry] }),
    rule: onlyOne(rulesSchema, { version: 1, rules: [rule] }),
    lines: { sps: `- ${JSON.stringify(entry)}`, release: `- ${JSON.stringify(rule)}` },
    notes,
  };
}

function requireValues(asked: Readonly<Record<string, string>>, given: Readonly<Record<string, string>>): void {
  const problems = [
    ...Object.entries(asked).flatMap(([key, about]) => (Object.hasOwn(given, key) ? [] : [`set ${key}: ${about}`])),
    ...Object.entries(given).flatMap(([key, value]) => {
      if (!Object.hasOwn(asked, key)) return [`the recipe asks for no ${key}`];
      return /^[\p{L}\p{N}._~:/?&=%-]{1,500}$/u.test(value) ? [] : [`${key} has a character that no address has`];
    }),
  ];
  if (problems.length > 0) refuse(problems.join('\n'));
}

/** Values are put into what was parsed, never into YAML: they can't become anything but text. */
function fill(value: unknown, values: Readonly<Record<string, string>>): unknown {
  if (typeof value === 'string') return value.replace(/\{(\w+)\}/g, (all, key: string) => values[key] ?? all);
  if (Array.isArray(value)) return value.map((item) => fill(item, values));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, fill(inner, values)]));
}

function onlyOne<T>(schema: Schema<readonly T[]>, value: unknown): T {
  const [one] = schema.parse(value);
  if (one === undefined) throw new TypeError('a recipe made nothing');
  return one;
}

function refuse(detail: string): never {
  throw new GakumonError('usage-wrong', { detail });
}
