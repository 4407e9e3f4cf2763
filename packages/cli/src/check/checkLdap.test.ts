import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '@gakumon/config';
import {
  describeWith,
  freePort,
  type PrivateSlapd,
  privateSlapd,
  slapdBase,
  slapdPerson,
  slapdPersonDn,
  slapdPrograms,
  slapdService,
  temporaryFolder,
} from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { checkLdap } from './checkLdap.ts';

describeWith(slapdPrograms, 'what check says of an LDAP directory', () => {
  let slapd: PrivateSlapd;
  let ca: string;
  beforeAll(async () => {
    const policy = { pwdMaxFailure: 5, pwdLockout: 'TRUE', pwdFailureCountInterval: 600 };
    slapd = await privateSlapd({
      tls: true,
      policy,
      entries: [slapdPerson('stand-in', { pwdAccountLockedTime: '000001010000Z' })],
    });
    ca = join(await temporaryFolder(), 'ca.pem');
    await writeFile(ca, slapd.ca ?? '');
  });

  /** One text a finding. */
  async function say(changes: object, password: string = slapdService.password): Promise<readonly string[]> {
    const ldap = {
      servers: slapd.secureUrl,
      ca,
      dialect: 'openldap',
      bind: { dn: slapdService.dn, password: { env: 'LDAP_PASSWORD' } },
      people: { base: `ou=people,${slapdBase}` },
      lockout: { attempts: 5, window: 'PT10M' },
      ...changes,
    };
    const config = parseConfig(
      JSON.stringify({
        version: 1,
        idp: {
          entityId: 'https://idp.example.ac.jp/idp/shibboleth',
          baseUrl: 'https://idp.example.ac.jp',
          scopes: ['example.ac.jp'],
          organization: { ja: '例の大学', en: 'Example University' },
        },
        directory: [{ name: 'students', ldap }],
      }),
      '/site/gakumon.yaml',
    );
    const findings = await checkLdap(config, { clock: Date.now, env: { LDAP_PASSWORD: password } });
    const said = findings.map(
      ({ level, message, hint }) => `${level} ${message}${hint === undefined ? '' : ` (${hint})`}`,
    );
    expect(said.join()).not.toContain(password);
    return said;
  }

  test('one that is as it should be', async () => {
    expect(await say({})).toEqual(['ok students: 1 LDAP server, over TLS']);
  });

  test('the entry that stands in for names that nobody has is there, and takes passwords', async () => {
    const people = { base: `ou=people,${slapdBase}` };
    expect(await say({ people: { ...people, nobody: slapdPersonDn('t1234567') } })).toHaveLength(1);
    expect(await say({ people: { ...people, nobody: slapdPersonDn('not-there') } })).toEqual([
      expect.stringMatching(/^ok/),
      expect.stringMatching(/^warn students: people.nobody, uid=not-there.*is not there.*docs\/ldap.md/),
    ]);
    expect(await say({ people: { ...people, nobody: slapdPersonDn('stand-in') } })).toContainEqual(
      expect.stringMatching(/^warn students: people.nobody, uid=stand-in.*is locked/),
    );
  });

  test('one of two servers is away', async () => {
    const away = `ldaps://127.0.0.1:${await freePort()}`;
    expect(await say({ servers: [away, slapd.secureUrl] })).toEqual([
      'ok students: 2 LDAP servers, over TLS',
      expect.stringMatching(new RegExp(`^warn .*${away}: connect ECONNREFUSED.*the others answer`)),
    ]);
  });

  test.each([
    ['no server', async () => ({ servers: `ldaps://127.0.0.1:${await freePort()}` }), /ECONNREFUSED/],
    ['another CA', async () => ({ ca: undefined }), /certificate/],
    ['no such place', async () => ({ people: { base: `ou=lost,${slapdBase}` } }), /code 32/],
  ])('%s: nobody could log in', async (_what, changes, told) => {
    const said = await say(await changes());
    expect(said).toHaveLength(1);
    expect(said[0]).toMatch(/^fail /);
    expect(said[0]).toMatch(told);
  });

  test('a wrong password of the one who searches', async () => {
    expect(await say({}, 'not-the-password')).toEqual([expect.stringMatching(/^fail .*the one who searches.*code 49/)]);
  });

  test.each([
    ['nothing', undefined, /lockout is not said.*lockout: \{ attempts: 5, window: PT600S \}/],
    ['none', 'none', /lockout says none/],
    [
      'more than there are',
      { attempts: 6, window: 'PT10M' },
      /after 5 wrong passwords in 600 s, and lockout says 6 in 600 s/,
    ],
    ['a shorter time than it is', { attempts: 5, window: 'PT5M' }, /lockout says 5 in 300 s/],
  ])('%s is said about its lock-out', async (_what, lockout, told) => {
    const [, ...warnings] = await say({ lockout });
    expect(warnings).toEqual([expect.stringMatching(told)]);
    expect(warnings[0]).toMatch(/^warn .*strangers could lock/);
  });
});
