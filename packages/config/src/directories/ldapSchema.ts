import type { LdapDialect } from '@gakumon/directory';
import { duration, group, type Issue, isGroup, object, path, secret, withRule, z } from '../schema.ts';
import type { LdapConfig } from './ldapConfig.ts';
import { ldapDefaults } from './ldapDefaults.ts';
import { ldapGroups } from './ldapGroups.ts';
import { ldapLockout, ldapPasswords } from './ldapPasswords.ts';
import { encryptionIsRight, serverUrl } from './ldapServers.ts';
import { attributeName, distinguishedName, dnTemplate, filterWith, idOfAttribute, yesOrNo } from './ldapWords.ts';
import { oneOrMore } from './oneOrMore.ts';

/** `directory[].ldap`: one LDAP directory, on one server or several with the same people. */
export const ldap = (folder: string) =>
  withRule(shape(folder), (value) => [
    ...encryptionIsRight(value),
    ...serversDiffer(value),
    ...somebodySearches(value),
    ...onePlaceForPeople(value),
  ]).transform(({ servers, startTls, ca, dialect, bind, people, attributes, ...rest }): LdapConfig => {
    const usual = ldapDefaults[dialect];
    return {
      servers,
      startTls,
      ca,
      dialect,
      bind,
      people: placeOf(people, usual.filter),
      usernameAttribute: rest.usernameAttribute ?? usual.usernameAttribute,
      attributes,
      binary: rest.binary,
      groups: rest.groups,
      account: rest.account,
      passwordVersion: rest.passwordVersion ?? usual.passwordVersion,
      passwords: rest.passwords,
      lockout: rest.lockout,
      timeouts: rest.timeouts,
      pool: rest.pool,
    };
  });

const dialects = ['openldap', 'activeDirectory'] as const satisfies readonly LdapDialect[];

const shape = (folder: string) =>
  object({
    servers: oneOrMore(serverUrl),
    startTls: yesOrNo.default(false),
    ca: path(folder).optional(),
    dialect: z.enum(dialects, { error: 'must be openldap or activeDirectory' }),
    bind: object({ dn: distinguishedName, password: secret(folder) }).optional(),
    people,
    usernameAttribute: attributeName.optional(),
    attributes: group(attributes).prefault({}),
    binary: z.array(attributeName).default([]),
    groups: ldapGroups.optional(),
    account: group(account).prefault({}),
    passwordVersion: oneOrMore(attributeName).optional(),
    passwords: ldapPasswords.prefault({}),
    lockout: ldapLockout.optional(),
    timeouts: group(timeouts).prefault({}),
    pool: z.int({ error: 'must be a whole number' }).min(1).max(100, { error: 'must be from 1 to 100' }).default(8),
  });

const people = object({
  base: distinguishedName.optional(),
  filter: filterWith('username').optional(),
  scope: z.enum(['one', 'sub'], { error: 'must be one (just below base) or sub (anywhere below it)' }).default('sub'),
  dn: dnTemplate.optional(),
  nobody: distinguishedName.optional(),
});

type People = z.infer<typeof people>;

function placeOf({ base = '', filter, scope, dn, nobody }: People, usualFilter: string): LdapConfig['people'] {
  const place =
    dn === undefined
      ? ({ by: 'search', base, filter: filter ?? usualFilter, scope } as const)
      : ({ by: 'template', dn } as const);
  return { ...place, nobody };
}

const attributes = object({
  only: yesOrNo.default(false),
  names: z.record(idOfAttribute, attributeName).default({}),
});

const listed = object({ attribute: attributeName, values: oneOrMore(z.string().trim().min(1)) });

const account = object({
  opens: attributeName.optional(),
  expires: attributeName.optional(),
  disabled: listed.optional(),
  left: listed.optional(),
}).transform(({ opens, expires, disabled, left }) => ({ opens, expires, disabled, left }));

const patience = (usual: string) =>
  duration
    .refine((milliseconds) => milliseconds <= 60_000, { error: 'nobody waits for more than a minute: PT1S to PT1M' })
    .prefault(usual);

const timeouts = object({ connect: patience('PT3S'), operation: patience('PT5S') });

function serversDiffer(value: unknown): Issue[] {
  const servers = isGroup(value) && Array.isArray(value.servers) ? (value.servers as readonly unknown[]) : [];
  return servers.flatMap((server, index) =>
    servers.indexOf(server) < index ? [{ path: ['servers', index], message: 'is in the list already' }] : [],
  );
}

function somebodySearches(value: unknown): Issue[] {
  const { dialect, bind } = isGroup(value) ? value : {};
  if (dialect !== 'activeDirectory' || bind !== undefined) return [];
  return [{ path: ['bind'], message: 'is missing: AD lets nobody search without a name' }];
}

function onePlaceForPeople(value: unknown): Issue[] {
  const given = isGroup(value) && isGroup(value.people) ? value.people : undefined;
  if (given === undefined) return [];
  if (given.dn === undefined) {
    return given.base === undefined ? [{ path: ['people', 'base'], message: 'is missing; or name dn instead' }] : [];
  }
  return ['base', 'filter'].flatMap((key) =>
    given[key] === undefined
      ? []
      : [{ path: ['people', key], message: 'has no use beside dn, which says where people are' }],
  );
}
