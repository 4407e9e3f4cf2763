import type { GakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { DirectoryConfig } from '../config.ts';
import { parseConfig } from '../loadConfig.ts';

const head = `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例示大学, en: Example University }
`;
const read = (text: string): readonly DirectoryConfig[] =>
  parseConfig(`${head}${text}`, '/etc/gakumon/gakumon.yaml').directory;

/** Each mistake as the line after the head, the place and what is told. */
function mistakesOf(text: string): readonly string[] {
  try {
    read(text);
    return [];
  } catch (error) {
    const lines = ((error as GakumonError).detail ?? '').split('\n').filter((line) => /^\S*:\d+/.test(line));
    return lines.map((line) => line.replace(/^[^:]*:(\d+)/, (_all, number) => String(Number(number) - 6)));
  }
}

const ldap = (lines: string): string => `directory:
  - name: students
    ldap:
${lines.replace(/^/gm, '      ')}`;

describe('an LDAP directory', () => {
  test('of OpenLDAP needs little', () => {
    const [directory] = read(
      ldap('servers: ldaps://ldap.example.ac.jp\ndialect: openldap\npeople: { base: "ou=people,dc=example" }'),
    );
    expect(directory).toEqual({
      name: 'students',
      kind: 'ldap',
      match: undefined,
      scope: undefined,
      affiliation: undefined,
      ldap: {
        servers: ['ldaps://ldap.example.ac.jp'],
        startTls: false,
        ca: undefined,
        dialect: 'openldap',
        bind: undefined,
        people: { by: 'search', base: 'ou=people,dc=example', filter: '(uid={username})', scope: 'sub' },
        usernameAttribute: 'uid',
        attributes: { only: false, names: {} },
        binary: [],
        groups: undefined,
        account: { opens: undefined, expires: undefined, disabled: undefined, left: undefined },
        passwordVersion: ['pwdChangedTime'],
        passwords: { change: 'self', place: { at: 'here' }, warning: 14 * 86_400_000 },
        lockout: undefined,
        timeouts: { connect: 3000, operation: 5000 },
        pool: 8,
      },
    });
  });

  test('of AD, with everything that there is to say', () => {
    const [directory] = read(`directory:
  - name: staff
    match: [f*, t*]
    scope: example.ac.jp
    affiliation: staff
    ldap:
      servers: [ldap://dc1.example.ac.jp, "LDAPS://DC2.example.ac.jp:3269/"]
      startTls: true
      ca: certs/ad.pem
      dialect: activeDirectory
      bind: { dn: "CN=gakumon,OU=Services,DC=example", password: { file: certs/ad.password } }
      people: { base: "OU=Staff,DC=example", scope: one, nobody: "CN=nobody,OU=Services,DC=example" }
      usernameAttribute: userPrincipalName
      attributes: { only: true, names: { jaDisplayName: displayName;lang-ja, mail: mail } }
      binary: [thumbnailPhoto]
      groups: { by: nested, base: "OU=Groups,DC=example", name: dn }
      account:
        opens: extensionAttribute1
        left: { attribute: employeeType, values: 退職 }
      passwordVersion: pwdLastSet
      passwords: { place: "https://password.example.ac.jp/" }
      lockout: { attempts: 10, window: PT30M }
      timeouts: { connect: PT1S, operation: PT2S }
      pool: 20
  - { name: guests, guests: true, match: g-*, affiliation: [member] }
  - { name: local, file: users.yaml }
`);
    expect(directory).toMatchObject({
      match: ['f*', 't*'],
      affiliation: ['staff'],
      ldap: {
        servers: ['ldap://dc1.example.ac.jp', 'ldaps://dc2.example.ac.jp:3269'],
        ca: '/etc/gakumon/certs/ad.pem',
        bind: { password: { file: '/etc/gakumon/certs/ad.password' } },
        people: {
          filter: '(&(objectCategory=person)(objectClass=user)(sAMAccountName={username}))',
          scope: 'one',
          nobody: 'CN=nobody,OU=Services,DC=example',
        },
        attributes: { only: true, names: { jaDisplayName: 'displayName;lang-ja' } },
        groups: { by: 'nested', filter: '(member:1.2.840.113556.1.4.1941:={dn})', name: 'dn' },
        account: { opens: 'extensionAttribute1', left: { attribute: 'employeeType', values: ['退職'] } },
        passwords: { change: 'none', place: { at: 'elsewhere', url: 'https://password.example.ac.jp/' } },
        lockout: { attempts: 10, window: 1_800_000 },
      },
    });
  });

  test('guests and files have match and affiliation too', () => {
    const [guests, local] = read(`directory:
  - { name: guests, guests: true, match: "g-*", affiliation: member }
  - { name: local, file: users.yaml, match: [a*, b] }
`);
    expect(guests).toMatchObject({ kind: 'guests', match: ['g-*'], affiliation: ['member'] });
    expect(local).toMatchObject({ kind: 'file', file: '/etc/gakumon/users.yaml', match: ['a*', 'b'] });
  });

  const good = 'dialect: openldap\npeople: { base: "dc=example" }\n';
  test.each([
    ['servers: ldap://ldap.example.ac.jp', /^4: directory\[1\].ldap.servers\[1\]: passwords would cross/],
    ['servers: [ldaps://a, ldap://b.example]', /^4: .*servers\[2\]: passwords would cross/],
    ['servers: [ldaps://a, ldaps://a]', /^4: .*servers\[2\]: is in the list already/],
    ['servers: ldaps://user:secret@a', /^4: .*servers: must be ldaps/],
    ['servers: ldaps://a/dc=example??sub', /^4: .*servers: must be ldaps/],
    ['servers: https://a', /^4: .*servers: must be ldaps/],
    ['servers: ldaps://a:99999', /^4: .*servers: must be ldaps/],
    ['servers: ldaps://a\nstartTls: true', /^5: .*startTls: has no use/],
    ['servers: ldap://127.0.0.1\nca: x.pem', /^5: .*ca: has no use/],
    ['servers: ldaps://a\nbind: { dn: "cn=x", password: geheim }', /^5: .*password: must be \{ file/],
    ['servers: ldaps://a\nbind: { dn: x, password: { env: P } }', /^5: .*bind.dn: must be a distinguished name/],
    ['servers: ldaps://a\nlockout: { attempts: 1, window: PT5M }', /^5: .*attempts: must be 2 or more/],
    ['servers: ldaps://a\ngroups: { by: search }', /^5: .*groups.base: is missing/],
    ['servers: ldaps://a\ngroups: { by: memberOf, filter: "(member={dn})" }', /^5: .*groups.filter: has no use/],
    ['servers: ldaps://a\npasswords: { change: none, place: here }', /^5: .*place: is here/],
    ['servers: ldaps://a\npasswords: { place: desk, rules: { ja: あ, en: a } }', /^5: .*rules: has no use/],
    ['servers: ldaps://a\npasswords: { change: none, rules: { ja: あ, en: a } }', /^5: .*rules: has no use/],
    ['servers: ldaps://a\npasswords: { rules: { ja: あ } }', /^5: .*rules.en/],
    ['servers: ldaps://a\ntimeouts: { connect: PT5M }', /^5: .*connect: nobody waits/],
    [
      'servers: ldaps://a\nattributes: { names: { jaDisplayName: "display name" } }',
      /^5: .*must be the name of an attribute/,
    ],
    ['servers: ldaps://a\nnested: true', /^5: .*unknown key/],
  ])('%s', (lines, told) => {
    const found = mistakesOf(ldap(`${lines}\n${good}`));
    expect(found).toHaveLength(1);
    expect(found[0]).toMatch(told);
  });

  test.each([
    ['{ base: "dc=x", filter: "(uid=x)" }', /filter: must have \{username\}/],
    ['{ base: "dc=x", filter: "uid={username}" }', /filter: must begin with a parenthesis/],
    ['{ base: "dc=x", filter: "(uid={username}))" }', /filter: goes on/],
    ['{ base: "dc=x", filter: "(uid={user})" }', /filter/],
    ['{ dn: "uid=x,dc=x" }', /dn: must have \{username\}/],
    ['{ dn: "uid={username},dc=x", base: "dc=x" }', /base: has no use/],
    ['{ dn: "ou=people,uid={username}" }', /dn: must have \{username\} in its first part/],
    ['{ base: "dc=x", nobody: nobody }', /nobody: must be a distinguished name/],
    ['{}', /base: is missing/],
  ])('people: %s', (people, told) => {
    expect(mistakesOf(ldap(`servers: ldaps://a\ndialect: openldap\npeople: ${people}`)).join('\n')).toMatch(told);
  });

  test('AD without a name, a kind that is not there, two kinds at once, guests twice', () => {
    expect(mistakesOf(ldap('servers: ldaps://a\ndialect: activeDirectory\npeople: { base: "dc=x" }'))).toEqual([
      expect.stringContaining('bind: is missing'),
    ]);
    expect(mistakesOf('directory: [{ name: a }]').join()).toContain('file: is missing');
    expect(mistakesOf('directory: [{ name: a, file: x, guests: true }]').join()).toContain('names file and guests');
    expect(mistakesOf('directory: [{ name: a, guests: true }, { name: b, guests: true }]').join()).toContain('already');
    expect(mistakesOf('directory: [{ name: a, file: x, match: [], affiliation: alum }]')).toHaveLength(2);
  });
});
