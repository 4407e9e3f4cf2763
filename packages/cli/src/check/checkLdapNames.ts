import type { LdapDirectoryConfig } from '@gakumon/assembly';
import type { Config } from '@gakumon/config';
import type { LdapVocabulary } from '@gakumon/directory';
import { nearestName } from '@gakumon/terms';
import { count } from '../count.ts';
import type { Finding } from './finding.ts';
import type { LdapVocabularies } from './ldapVocabularies.ts';

/** Every name that an LDAP directory is asked by is one that its server knows, and there are people where they are looked for. */
export function checkLdapNames({ directory }: Config, vocabularies: LdapVocabularies): readonly Finding[] {
  return directory.flatMap((one) => {
    const vocabulary = one.kind === 'ldap' ? vocabularies.get(one.name) : undefined;
    if (one.kind !== 'ldap' || vocabulary === undefined) return [];
    return [...judgePeople(one, vocabulary), ...judgeNames(one, vocabulary.attributes)];
  });
}

function judgePeople({ name, ldap }: LdapDirectoryConfig, { people, andMore, named }: LdapVocabulary): Finding[] {
  const { by } = ldap.people;
  const place = ldap.people.by === 'search' ? ldap.people.base : ldap.people.dn;
  if (people === 0) {
    const message = `${name}: nobody was found below ${place}`;
    const hint = `directory (${name}) ldap.people.${by === 'search' ? 'base and filter say' : 'dn says'} where people are; may the one who searches read them?`;
    return [{ level: 'warn', about: 'directory', message, hint }];
  }
  if (named < people) {
    const message = `${name}: ${count(people - named, 'person has', 'people have')} no ${ldap.usernameAttribute}, of ${people} that were looked at: they cannot log in`;
    const hint = `directory (${name}) ldap.usernameAttribute says what holds the login name`;
    return [{ level: 'warn', about: 'directory', message, hint }];
  }
  const message = `${name}: ${count(people, 'person', 'people')}${andMore ? ' and more' : ''} found below ${place}`;
  return [{ level: 'ok', about: 'directory', message }];
}

/** A name of the configuration, and what follows when the server does not know it. */
type Use = {
  readonly key: string;
  readonly name: string | undefined;
  readonly level: 'warn' | 'fail';
  readonly so: string;
};

function judgeNames({ name, ldap }: LdapDirectoryConfig, attributes: LdapVocabulary['attributes']): Finding[] {
  if (attributes === undefined) return [];
  const names = attributes.flat();
  const known = new Set(names.map((one) => one.toLowerCase()));
  return listUses(ldap).flatMap(({ key, name: used, level, so }): Finding[] => {
    const plain = used?.replace(/;.*$/, '') ?? '';
    // An OID is a name as well (RFC 4512, section 2.5)
    if (used === undefined || /^\d/.test(plain) || known.has(plain.toLowerCase())) return [];
    const meant = nearestName(plain, names);
    const message = `${name}: ldap.${key}: the server knows no attribute ${plain}, so that ${so}`;
    const hint = meant === undefined ? undefined : `did you mean ${meant}?`;
    return [{ level, about: 'directory', message, hint }];
  });
}

function listUses({ people, usernameAttribute, groups, account, attributes }: LdapDirectoryConfig['ldap']): Use[] {
  const fail = (key: string, name: string | undefined, so: string): Use => ({ key, name, level: 'fail', so });
  const nobody = 'nobody is found';
  return [
    ...namesInFilter(people.by === 'search' ? people.filter : '').map((one) => fail('people.filter', one, nobody)),
    fail('usernameAttribute', usernameAttribute, 'nobody has a login name'),
    ...namesInFilter(groups?.filter ?? '').map((one) => fail('groups.filter', one, 'nobody is in a group')),
    fail('account.opens', account.opens, 'accounts are open before their day'),
    fail('account.expires', account.expires, 'accounts stay open for ever'),
    fail('account.disabled', account.disabled?.attribute, 'no account is ever closed by it'),
    fail('account.left', account.left?.attribute, 'whoever leaves keeps an open account'),
    ...Object.entries(attributes.names).map(
      ([id, name]): Use => ({ key: `attributes.names.${id}`, name, level: 'warn', so: 'nobody has it' }),
    ),
  ];
}

/** RFC 4515, section 3. */
const namesInFilter = (filter: string): readonly string[] => [
  ...new Set([...filter.matchAll(/\(([a-z][\w;.-]*)(?::[\w.-]+)*[~<>:]?=/gi)].map(([, name = '']) => name)),
];
