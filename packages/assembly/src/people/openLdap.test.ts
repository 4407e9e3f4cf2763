import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '@gakumon/config';
import { hashPassword } from '@gakumon/directory';
import type { Username } from '@gakumon/terms';
import {
  describeWith,
  type PrivateSlapd,
  privateSlapd,
  slapdBase,
  slapdPassword,
  slapdPrograms,
  slapdService,
  temporaryFolder,
} from '@gakumon/testkit';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { openPeople, type People } from './openPeople.ts';

describeWith(slapdPrograms, 'the directories of a configuration, one of them a slapd', () => {
  let slapd: PrivateSlapd;
  let people: People;
  beforeAll(async () => {
    slapd = await privateSlapd({ tls: true });
    const folder = await temporaryFolder();
    await Promise.all([
      writeFile(join(folder, 'ca.pem'), slapd.ca ?? ''),
      writeFile(join(folder, 'ldap.password'), `${slapdService.password}\n`),
    ]);
    const config = parseConfig(
      `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
directory:
  - name: students
    match: s*
    affiliation: [student]
    ldap:
      servers: ${slapd.url}
      startTls: true
      ca: ca.pem
      dialect: openldap
      bind: { dn: "${slapdService.dn}", password: { file: ldap.password } }
      people: { base: "ou=people,${slapdBase}" }
      attributes: { names: { jaDisplayName: displayName;lang-ja } }
      groups: { by: memberOf }
  - { name: local, file: users.yaml }
`,
      join(folder, 'gakumon.yaml'),
    );
    const passwordHash = await hashPassword('local', { logN: 10, r: 8, p: 1 });
    const local = [{ username: 't1234567', passwordHash, groups: [], totpSecret: undefined, attributes: {} }];
    people = await openPeople(config, {
      documents: new Map([['local', () => local]]),
      env: {},
      clock: Date.now,
      records: undefined,
      departureOf: () => undefined,
    });
  });
  afterAll(() => people.close());

  test('its people come with what their entry and the configuration say', async () => {
    const [students] = people.directories;
    expect(await students?.verifyPassword('s1234567' as Username, slapdPassword)).toMatchObject({
      kind: 'accepted',
      person: {
        directory: 'students',
        groups: expect.arrayContaining(['students', 'library']),
        attributes: { jaDisplayName: ['学門 花子'], eduPersonAffiliation: ['student', 'member'] },
      },
    });
  });

  test('attack: a name that does not match is not asked for there, though it stands there', async () => {
    const [students] = people.directories;
    expect(students?.mayKnow?.('t1234567' as Username)).toBe(false);
    expect(await students?.find('t1234567' as Username)).toBeUndefined();
    expect(await students?.verifyPassword('t1234567' as Username, slapdPassword)).toEqual({ kind: 'rejected' });
  });
});
