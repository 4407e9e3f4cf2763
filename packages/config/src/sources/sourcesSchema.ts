import { hours, minutes } from '@gakumon/terms';
import { byForm, duration, type Issue, isGroup, list, name, object, text, uniqueBy, withRule, z } from '../schema.ts';
import type { FreshnessConfig, SourceConfig, SourceKindConfig } from './config.ts';
import { csvSchema, httpSchema, sqlSchema } from './sourceKinds.ts';

const kinds = ['sql', 'http', 'csv'] as const;
/** A login waits for it; a table of many megabytes is read once. */
const usualTimeout = { sql: 3_000, http: 3_000, csv: 30_000 } as const;

/** As directories name attributes; what a directory alone can tell is none. */
const attribute = text
  .regex(/^[A-Za-z][\w.:;/-]{0,127}$/, { error: 'must be the name of an attribute' })
  .refine((id) => id !== 'username' && id !== 'groups', { error: 'is for a directory alone to tell' });

/** `[mail, ou]`, or as in an LDAP directory `{ name here: name there }`. */
const attributes = byForm<Readonly<Record<string, string>>>((value) =>
  Array.isArray(value)
    ? z.array(attribute).transform((names) => Object.fromEntries(names.map((id) => [id, id])))
    : z.record(attribute, text),
);

const source = (folder: string) =>
  withRule(
    object({
      name,
      key: text.default('username'),
      directories: z.array(name).min(1, { error: 'name at least one, or leave it out for all' }).optional(),
      attributes: attributes.optional(),
      whenAway: z.enum(['refuse', 'without'], { error: 'must be refuse or without' }).default('refuse'),
      timeout: duration.optional(),
      sql: sqlSchema(folder).optional(),
      http: httpSchema(folder).optional(),
      csv: csvSchema(folder).optional(),
    }),
    isOneKind,
  ).transform((given): SourceConfig => {
    const { sql, http, csv, timeout, ...rest } = given;
    // One there is: the rule says so
    const kind = (sql ?? http ?? csv) as SourceKindConfig;
    return {
      ...rest,
      directories: rest.directories,
      attributes: rest.attributes,
      timeout: timeout ?? usualTimeout[kind?.by ?? 'sql'],
      kind,
    };
  });

function isOneKind(value: unknown): Issue[] {
  if (!isGroup(value)) return [];
  const given = kinds.filter((kind) => Object.hasOwn(value, kind) && value[kind] !== undefined);
  const timeout = value.timeout;
  const odd = typeof timeout === 'number' && timeout > minutes(1);
  return [
    ...(given.length === 1 ? [] : [{ path: [], message: 'must have one of sql, http and csv' }]),
    ...(odd ? [{ path: ['timeout'], message: 'must be PT1M or less: somebody waits for it' }] : []),
  ];
}

/** `sources` of gakumon.yaml. */
export const sourcesSchema = (folder: string) =>
  withRule(list(z.array(source(folder)).max(32, { error: 'at most 32' })), uniqueBy('name'));

/** A rule for the whole configuration: the directories that sources name are there. */
export function sourceDirectoriesAreKnown(value: unknown): Issue[] {
  if (!isGroup(value) || !Array.isArray(value.sources) || !Array.isArray(value.directory)) return [];
  const known = value.directory.flatMap((one) => (isGroup(one) && typeof one.name === 'string' ? [one.name] : []));
  return value.sources.flatMap((one, index): Issue[] => {
    const named: readonly unknown[] = isGroup(one) && Array.isArray(one.directories) ? one.directories : [];
    return named.flatMap((wanted, at) =>
      typeof wanted !== 'string' || known.includes(wanted)
        ? []
        : [
            {
              path: ['sources', index, 'directories', at],
              message: `no directory is called "${wanted}" (known here: ${known.join(', ')})`,
            },
          ],
    );
  });
}

/** `freshness` of gakumon.yaml. */
export const freshnessSchema = withRule(
  object({
    age: duration.prefault('PT5M'),
    entries: z
      .int({ error: 'must be a number of people' })
      .min(0)
      .max(1_000_000, { error: 'must be 1000000 or less: all of them are in memory' })
      .default(20_000),
    // No other duration here may be nothing
    away: byForm<number>((value) => (value === 'PT0S' ? z.literal('PT0S').transform(() => 0) : duration)).prefault(
      'PT0S',
    ),
  }),
  freshnessIsSensible,
).prefault({}) satisfies z.ZodType<FreshnessConfig>;

function freshnessIsSensible(value: unknown): Issue[] {
  if (!isGroup(value)) return [];
  const { age, away } = value;
  return [
    ...(typeof age === 'number' && age > hours(1)
      ? [{ path: ['age'], message: 'must be PT1H or less: so long an account that was closed goes on' }]
      : []),
    ...(typeof away === 'number' && away > hours(24) ? [{ path: ['away'], message: 'must be PT24H or less' }] : []),
  ];
}
