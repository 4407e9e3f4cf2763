import { parseConfig } from '@gakumon/config';
import {
  describeWith,
  type PrivateSlapd,
  privateSlapd,
  slapdBase,
  slapdPrograms,
  slapdService,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { checkLdapNames } from './checkLdapNames.ts';
import { readVocabularies } from './ldapVocabularies.ts';
import { listProvided } from './listProvided.ts';

describeWith(slapdPrograms, 'the names by which an LDAP directory is asked', () => {
  let slapd: PrivateSlapd;
  beforeAll(async () => {
    slapd = await privateSlapd();
  });

  async function look(changes: object) {
    const ldap = {
      servers: slapd.url,
      dialect: 'openldap',
      bind: { dn: slapdService.dn, password: { env: 'LDAP_PASSWORD' } },
      people: { base: `ou=people,${slapdBase}` },
      ...changes,
    };
    const idp = {
      entityId: 'https://idp.example.ac.jp/idp/shibboleth',
      baseUrl: 'https://idp.example.ac.jp',
      scopes: ['example.ac.jp'],
      organization: { ja: '例の大学', en: 'Example University' },
    };
    const text = JSON.stringify({ version: 1, idp, directory: [{ name: 'students', ldap }] });
    const config = parseConfig(text, '/site/gakumon.yaml');
    const env = { LDAP_PASSWORD: slapdService.password };
    const vocabularies = await readVocabularies(config, { clock: Date.now, env });
    return { config, vocabularies };
  }
  async function say(changes: object): Promise<readonly string[]> {
    const { config, vocabularies } = await look(changes);
    return checkLdapNames(config, vocabularies).map(({ level, message, hint = '' }) => `${level} ${message} (${hint})`);
  }

  test('are known, and there are people', async () => {
    const account = { opens: 'employeeType', left: { attribute: '2.5.4.4', values: ['x'] } };
    const attributes = { names: { jaDisplayName: 'displayName;lang-ja', sn: 'surname' } };
    expect(await say({ account, attributes })).toEqual([
      expect.stringMatching(/^ok students: \d people found below ou=people,/),
    ]);
  });

  test('attack: a misspelt name would leave accounts open, or nobody would be found', async () => {
    const account = {
      opens: 'carLicence',
      expires: 'nowhere',
      left: { attribute: 'employeTyp', values: ['retired'] },
      disabled: { attribute: 'lokced', values: ['yes'] },
    };
    const attributes = { names: { mail: 'mial' } };
    expect(await say({ account, attributes })).toEqual([
      expect.stringMatching(/^ok /),
      'fail students: ldap.account.opens: the server knows no attribute carLicence, so that accounts are open before their day (did you mean carLicense?)',
      'fail students: ldap.account.expires: the server knows no attribute nowhere, so that accounts stay open for ever ()',
      expect.stringMatching(/^fail .*account.disabled: the server knows no attribute lokced, so that no account/),
      'fail students: ldap.account.left: the server knows no attribute employeTyp, so that whoever leaves keeps an open account (did you mean employeeType?)',
      expect.stringMatching(/^warn .*names.mail: the server knows no attribute mial, so that nobody has it/),
    ]);
  });

  test('of another dialect', async () => {
    const people = { base: `ou=people,${slapdBase}`, filter: '(&(objectCategory=person)(uid={username}))' };
    expect(await say({ usernameAttribute: 'sAMAccountName', people })).toEqual([
      expect.stringMatching(/^warn students: nobody was found below ou=people/),
      expect.stringMatching(/^fail .*people\.filter: the server knows no attribute objectCategory/),
      expect.stringMatching(/^fail .*usernameAttribute: the server knows no attribute sAMAccountName/),
    ]);
    expect((await say({ usernameAttribute: 'employeeNumber' }))[0]).toMatch(
      /^warn students: .* no employeeNumber, of \d that were looked at/,
    );
  });

  test('nobody below the base; a server that is away is told of elsewhere', async () => {
    expect(await say({ people: { base: `ou=groups,${slapdBase}` } })).toEqual([
      expect.stringMatching(/^warn students: nobody was found below ou=groups,/),
    ]);
    expect(await say({ people: { base: `ou=lost,${slapdBase}` } })).toEqual([]);
  });

  test('say what recipes may read', async () => {
    const { config, vocabularies } = await look({});
    const provided = listProvided(config, [], vocabularies);
    expect(provided?.has('employeeNumber')).toBe(true);
    expect(provided?.has('employeNumber')).toBe(false);
    expect(listProvided(config, [])).toBeUndefined();
  });
});
