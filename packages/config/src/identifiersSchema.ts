import { type AttributeSyntax, findAttributeDefinition } from '@gakumon/attributes';
import type { IdentifierGeneratorConfig, Identifiers, Secret } from './config.ts';
import { type Issue, name, object, secret, text, uniqueBy, withRule, z } from './schema.ts';

/** What a new Shibboleth IdP sets up, from `keys.salt`: 32 characters that every SP has room for, whatever their case. */
const builtIn = {
  name: 'default',
  source: 'username',
  saltEncoding: 'text',
  algorithm: 'sha1',
  encoding: 'base32',
} as const;

const uses = ['targetedId', 'pairwiseId', 'persistent'] as const;

/** No part but the salt's encoding has a default: a wrong guess would make everybody somebody else at every SP. */
const generator = (folder: string) =>
  object({
    name,
    source: text.refine((id) => !isShared(id), {
      error: 'many people have the same value, and would be one person; say an attribute that names one',
    }),
    salt: secret(folder),
    saltEncoding: z.enum(['text', 'base64'], { error: 'must be text or base64' }).default('text'),
    algorithm: z.enum(['sha1', 'sha256'], { error: 'must be sha1 or sha256' }),
    encoding: z.enum(['base32', 'base64'], { error: 'must be base32 or base64' }),
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
    namesAreKnown,
  );

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
