import { byForm, type Issue, isGroup, object, path, secret, text, withRule, z } from '../schema.ts';
import { recordsSchema } from '../stores/recordsSchema.ts';
import type { SourceDatabaseConfig, SourceKindConfig } from './config.ts';
import { headersSchema } from './headersSchema.ts';
import { urlTemplate } from './urlTemplate.ts';

type KindOf<By> = Extract<SourceKindConfig, { by: By }>;

const database = (folder: string) =>
  recordsSchema(folder).transform((value, context): SourceDatabaseConfig => {
    if (value.kind !== 'memory') return value;
    context.addIssue('must be a file of SQLite, or postgres://USER@HOST/DATABASE');
    return z.NEVER;
  });

/** Databases that hold the same, in the order in which they are asked. */
export const sqlSchema = (folder: string) =>
  withRule(
    object({
      databases: z.array(database(folder)).min(1, { error: 'name at least one' }).max(8, { error: 'at most 8' }),
      query: text.max(10_000, { error: 'is longer than 10000 characters' }),
    }),
    hasOneParameter,
  ).transform((given): KindOf<'sql'> => ({ by: 'sql', ...given }));

function hasOneParameter(value: unknown): Issue[] {
  if (!isGroup(value) || typeof value.query !== 'string') return [];
  const { query, databases } = value;
  const complain = (message: string): Issue[] => [{ path: ['query'], message }];
  if (!/^\s*(?:select|with|values)\b/i.test(query)) return complain('must be one SELECT');
  const onlySqlite = Array.isArray(databases) && databases.every((one) => isGroup(one) && one.kind === 'sqlite');
  if (/\$(?:[2-9]|1\d)/.test(query)) return complain('has one parameter, $1, which stands for the key');
  if (query.includes('$1') || (onlySqlite && query.includes('?'))) return [];
  return complain('must have the parameter $1, which stands for the key, such as: where id = $1');
}

/** A service that answers JSON, at addresses in the order in which they are asked. */
export const httpSchema = (folder: string) =>
  withRule(
    object({
      urls: z.array(urlTemplate).min(1, { error: 'name at least one' }).max(8, { error: 'at most 8' }),
      headers: headersSchema(secret(folder)).prefault({}),
      path: byForm<string[]>((value) =>
        Array.isArray(value) ? z.array(text) : text.transform((written) => written.split('.')),
      ).prefault([]),
      ca: path(folder).optional(),
    }),
    caHasUse,
  ).transform((given): KindOf<'http'> => ({ by: 'http', ...given, ca: given.ca }));

function caHasUse(value: unknown): Issue[] {
  if (!isGroup(value) || typeof value.ca !== 'string' || !Array.isArray(value.urls)) return [];
  const isPlain = value.urls.every((url) => typeof url === 'string' && url.startsWith('http:'));
  return isPlain ? [{ path: ['ca'], message: 'has no use with http' }] : [];
}

/** A table in a file. */
export const csvSchema = (folder: string) =>
  object({
    file: path(folder),
    keyColumn: text,
    encoding: z.enum(['utf-8', 'shift_jis'], { error: 'must be utf-8 or shift_jis' }).default('utf-8'),
    separator: z.string().min(1, { error: 'is empty' }).max(8, { error: 'is longer than 8 characters' }).optional(),
  }).transform((given): KindOf<'csv'> => ({ by: 'csv', ...given, separator: given.separator }));
