import { affiliations } from '@gakumon/attributes';
import type { DirectoryConfig } from '../config.ts';
import { byForm, type Issue, isGroup, name, object, path, scope, uniqueBy, withRule, z } from '../schema.ts';
import { ldap } from './ldapSchema.ts';
import { oneOrMore } from './oneOrMore.ts';

/** `directory`: everywhere people are known, in the order in which it is asked. */
export const directoriesSchema = (folder: string) =>
  withRule(
    z.array(directory(folder), { error: 'must be a list' }).min(1, { error: 'name at least one directory' }),
    (value) => [...uniqueBy('name')(value), ...guestsOnce(value)],
  );

const kinds = ['file', 'ldap', 'guests'] as const;

const directory = (folder: string) =>
  byForm<DirectoryConfig>((value) => {
    const named = isGroup(value) ? kinds.filter((kind) => kind in value) : [];
    if (named.length > 1) return wrong(`names ${named.join(' and ')}: each of them is a directory of its own`);
    if (named[0] === 'ldap') return ldapDirectory(folder);
    return named[0] === 'guests' ? guestDirectory : fileDirectory(folder);
  });

const wrong = (message: string): z.ZodType<never> =>
  z.unknown().transform((_value, context) => {
    context.addIssue(message);
    return z.NEVER;
  });

/** Read as what people type is; a star stands for anything. */
const pattern = z
  .string()
  .trim()
  .regex(/^[^\p{C}\s]{1,256}$/u, {
    error: 'must be a login name, or a part of one with * for the rest, without spaces',
  });

const affiliation = z.enum(affiliations, { error: `must be one of ${affiliations.join(', ')}` });

const common = {
  name,
  match: oneOrMore(pattern).optional(),
  scope: scope.optional(),
  affiliation: oneOrMore(affiliation).optional(),
};

const fileDirectory = (folder: string) =>
  object({ ...common, file: path(folder) }).transform(
    ({ name, match, scope, affiliation, file }): DirectoryConfig => ({
      name,
      kind: 'file',
      file,
      match,
      scope,
      affiliation,
    }),
  );

const guestDirectory = object({
  ...common,
  guests: z.literal(true, { error: 'must be true; without guests, leave the directory out' }),
}).transform(
  ({ name, match, scope, affiliation }): DirectoryConfig => ({ name, kind: 'guests', match, scope, affiliation }),
);

const ldapDirectory = (folder: string) =>
  object({ ...common, ldap: ldap(folder) }).transform(
    ({ name, match, scope, affiliation, ldap }): DirectoryConfig => ({
      name,
      kind: 'ldap',
      ldap,
      match,
      scope,
      affiliation,
    }),
  );

/** There is one list of guests in the records. */
function guestsOnce(value: unknown): Issue[] {
  const given = Array.isArray(value) ? (value as readonly unknown[]) : [];
  const places = given.flatMap((entry, index) => (isGroup(entry) && entry.kind === 'guests' ? [index] : []));
  return places
    .slice(1)
    .map((index) => ({ path: [index, 'guests'], message: 'another directory has the guests already' }));
}
