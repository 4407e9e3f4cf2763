import { type AttributeSyntax, findAttributeDefinition } from '@gakumon/attributes';
import type { IdentifierGeneratorConfig, Identifiers, Secret } from './config.ts';
import { byForm, type Issue, isGroup, name, object, secret, text, uniqueBy, withRule, z } from './schema.ts';

/** What a new Shibboleth IdP sets up, from `keys.salt`: 32 characters that every SP has room for, whatever their case. */
const builtIn = {
  name: 'default',
  source: 'username',
  saltEncoding: 'text',
  algorithm: 'sha1',
  encoding: 'base32',
} as const;

const uses = ['targetedId', 'pairwiseId', 'persistent'] as const;

/** What a generator is called, and starts from. */
const origin = () => ({
  name,
  source: text.refine((id) => !isShared(id), {
    error: 'many people have the same value, and would be one person; say an attribute that names one',
  }),
});

/** No part but the salt's encoding has a default: a wrong guess would make everybody somebody else at every SP. */
const computation = (folder: string) => ({
  salt: secret(folder),
  saltEncoding: z.enum(['text', 'base64'], { error: 'must be text or base64' }).default('text'),
  algorithm: z.enum(['sha1', 'sha256'], { error: 'must be sha1 or sha256' }),
  encoding: z.enum(['base32', 'base64'], { error: 'must be base32 or base64' }),
});

const computedGenerator = (folder: string) =>
  object({
    ...origin(),
    kind: z.enum(['computed', 'stored'], { error: 'must be computed or stored' }).optional(),
    ...computation(folder),
  }).transform(({ kind: _, ...generator }) => generator);

const kept = { kind: z.literal('stored') };

const computedFirst = (folder: string) =>
  object({ ...origin(), ...kept, first: z.literal('computed'), ...computation(folder) });

const randomFirst = object({
  ...origin(),
  ...kept,
  first: z.literal('random', {
    error: 'must be computed, which keeps the values that were computed so far, or random',
  }),
});

/** Computed, unless it says that it is stored. */
const generator = (folder: string): z.ZodType<IdentifierGeneratorConfig> =>
  byForm<IdentifierGeneratorConfig>((value) => {
    if (!isGroup(value) || value.kind !== 'stored') return computedGenerator(folder);
    return value.first === 'computed' ? computedFirst(folder) : randomFirst;
  });

/** What one person has and nobody else. */
const personal: readonly AttributeSyntax[] = [
  'mail',
  'principalName',
  'uniqueId',
  'subjectId',
  'orcid',
  'personalUniqueCode',
];

/** A directory's own attributes, such as employeeNumber, are the operator's to judge. */
function isShared(id: string): boolean {
  const syntax = findAttributeDefinition(id)?.syntax;
  return id === 'affiliation' || (syntax !== undefined && !personal.includes(syntax));
}

const use = text.default(builtIn.name);

/** `identifiers` of gakumon.yaml; what it does not name stays with the built-in generator. */
export const identifiersSchema = (folder: string) =>
  withRule(
    object({
      generators: withRule(z.array(generator(folder)).default([]), uniqueBy('name')),
      targetedId: use,
      pairwiseId: use,
      persistent: use,
    }),
    (value) => [...namesAreKnown(value), ...storedAreApart(value)],
  );

/**
 * One kind of stored identifiers: a record tells whom a value names by what it started from, and what means one person
 * under one attribute may mean another one under another.
 */
function storedAreApart(value: unknown): Issue[] {
  const { generators, pairwiseId } = isGroup(value) ? value : {};
  const stored = (Array.isArray(generators) ? generators : []).flatMap((one, index) =>
    isGroup(one) && one.kind === 'stored' ? [{ one, index }] : [],
  );
  const others = stored.slice(1).map(({ index }): Issue => {
    const message = 'one generator can be stored; the others are computed';
    return { path: ['generators', index, 'kind'], message };
  });
  const isCaseful = stored.some(({ one }) => one.name === pairwiseId && one.encoding === 'base64');
  if (!isCaseful) return others;
  const message = 'services compare a pairwise-id without regard to case: its generator needs base32 or random values';
  return [...others, { path: ['pairwiseId'], message }];
}

function namesAreKnown(value: unknown): Issue[] {
  const given = (value ?? {}) as Readonly<Record<string, unknown>>;
  const listed = Array.isArray(given.generators) ? given.generators.map((item) => item?.name) : [];
  const taken = listed.flatMap((listedName, index): Issue[] =>
    listedName === builtIn.name
      ? [{ path: ['generators', index, 'name'], message: `"${builtIn.name}" is the built-in one, from keys.salt` }]
      : [],
  );
  const known = [...new Set([builtIn.name, ...listed.filter((item) => typeof item === 'string')])];
  const unknown = uses.flatMap((key): Issue[] => {
    const wanted = given[key];
    return typeof wanted !== 'string' || known.includes(wanted)
      ? []
      : [{ path: [key], message: `no generator is called "${wanted}" (known here: ${known.join(', ')})` }];
  });
  return [...taken, ...unknown];
}

/** Puts the built-in generator in front where something uses it; without that, its salt need not exist. */
export function withBuiltInGenerator(identifiers: Identifiers, salt: Secret): Identifiers {
  if (!uses.some((key) => identifiers[key] === builtIn.name)) return identifiers;
  const generators: readonly IdentifierGeneratorConfig[] = [{ ...builtIn, salt }, ...identifiers.generators];
  return { ...identifiers, generators };
}
