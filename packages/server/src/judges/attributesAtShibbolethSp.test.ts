// biome-ignore-all lint/suspicious/noTemplateCurlyInString: templates of attributes.yaml are written so
import { hash } from 'node:crypto';
import { describeWith, fillIn, pretendBrowser, shibbolethSpPrograms, startShibbolethSp } from '@gakumon/testkit';
import { beforeAll, expect, test } from '@jest/globals';
import { carryOn, environmentOf, messageOn, onlyForm } from './atShibbolethSp.ts';
import { startIdp, student } from './runningIdp.ts';

const attributes = `version: 1
defaults: false
certified: true
attributes:
  jaDisplayName: 'displayName;lang-ja'
  jasn: { from: 'sn;lang-ja' }
  jaGivenName: { regex: 'displayName;lang-ja', match: '(\\S+)[ 　](.+)', replace: $2 }
  displayName: cn
  sn: sn
  givenName: { first: [givenName, gn] }
  mail: { first: [mailPreferred, mail] }
  jao: { static: [学問大学, '学問;短期大学'] }
  jaou: { template: '\${jaFaculty}　\${jaDepartment}' }
  o: { static: [Gakumon University, 'Gakumon & "College"'] }
  ou: { template: '\${faculty}' }
  schacHomeOrganization: { static: med.example.ac.jp }
  eduPersonAffiliation: { map: employeeType, to: { 教授: faculty, 学生: student, 客員: affiliate } }
  eduPersonScopedAffiliation:
    all:
      - { scoped: { static: [faculty, member] } }
      - { scoped: { static: student }, scope: med.example.ac.jp }
      - { scoped: { static: staff }, scope: unpublished.example.ac.jp }
      - { scoped: { static: staff }, scope: other.ac.jp }
  isMemberOf: { regex: groups, match: '([a-z]+)', replace: 'https://example.ac.jp/groups/$1' }
  eduPersonEntitlement:
    byAffiliation:
      faculty: { static: ['urn:mace:dir:entitlement:common-lib-terms', 'urn:x:grants'] }
      student: { static: 'urn:mace:dir:entitlement:common-lib-terms' }
  eduPersonAssurance:
    all:
      - { static: ['https://refeds.org/assurance', 'https://refeds.org/assurance/ID/unique'] }
      - { map: checked, to: { マイナンバーカード: 'https://www.gakunin.jp/profile/IAL2' } }
  eduPersonPrincipalName: { scoped: uid }
  eduPersonUniqueId: { scoped: key, scope: med.example.ac.jp }
  eduPersonOrcid: { regex: orcid, match: '(\\d{4}-\\d{4}-\\d{4}-\\d{3}[\\dX])', replace: 'https://orcid.org/$1' }
  gakuninScopedPersonalUniqueCode:
    byAffiliation:
      student: { scoped: { template: 'student:\${studentNumber}' } }
      faculty: { scoped: { template: 'faculty:\${employeeNumber}' }, scope: med.example.ac.jp }
  subject-id: { scoped: uid }
`;

const hanako = {
  groups: ['library', 'physics'],
  attributes: {
    uid: 'hanako',
    key: '7f3a9c',
    cn: `Hanako "Tarō" <&> O'Neill`,
    'displayName;lang-ja': '𠮷野 髙子 <&"\'> ～学認—',
    sn: 'Yoshino',
    'sn;lang-ja': '𠮷野',
    gn: 'Hanako',
    mail: 'hanako+sp@example.ac.jp',
    jaFaculty: '理学部',
    jaDepartment: '物理学科（夜間）',
    faculty: 'Faculty of Science',
    employeeType: ['教授', '学生', '客員'],
    employeeNumber: 'E-9',
    studentNumber: 's_1234567',
    checked: 'マイナンバーカード',
    orcid: ['0000-0002-1825-0097', '0000-0001-5109-3700'],
  },
};

describeWith(shibbolethSpPrograms, 'the attributes that attributes.yaml makes, at a real Shibboleth SP', () => {
  let shown: Readonly<Record<string, string>>;
  let expected: Readonly<Record<string, readonly string[]>>;
  let sent: string;
  beforeAll(async () => {
    const idp = await startIdp({
      attributes,
      people: { hanako },
      scopes: ['example.ac.jp', 'med.example.ac.jp', 'unpublished.example.ac.jp'],
      releaseRules: '  - { name: everything, to: any, release: all }\n',
    });
    const published = await idp.metadata();
    const withoutOne = published.replaceAll(/<shibmd:Scope[^>]*>unpublished\.example\.ac\.jp<\/shibmd:Scope>/g, '');
    expect(withoutOne).not.toBe(published);
    const rig = await startShibbolethSp({
      idpEntityId: idp.entityId,
      idpMetadata: withoutOne,
      host: 'localhost',
      variants: { clear: { encryptionKeys: 0 } },
    });
    const sp = rig.variant('clear');
    await idp.register(sp.entityId, await sp.metadata());

    const browser = pretendBrowser({ language: 'en' });
    await browser.open(sp.secureUrl);
    await browser.submit(fillIn(onlyForm(browser.page), { username: 'hanako', password: student.password }));
    sent = messageOn(browser.page);
    shown = await environmentOf(rig, await carryOn(browser));
    expected = valuesOf(idp.entityId, sp.entityId);
  }, 120_000);

  test('each is decoded, with exactly its values', () => {
    const decoded = Object.keys(expected).map((name) => [name, splitValues(shown[name])]);
    expect(Object.fromEntries(decoded)).toEqual(expected);
  });

  test('nothing was sent that the SP has no name for; that is all of the 24 attributes', () => {
    const names = [...sent.matchAll(/<saml:Attribute [^>]*Name="([^"]+)"/g)].map(([, name]) => name);
    expect(new Set(names).size).toBe(24);
    expect(Object.keys(expected)).toHaveLength(names.length);
  });

  test('a scope that the SP does not find in our metadata is dropped there; one that is not ours never leaves', () => {
    expect(sent).toContain('staff@unpublished.example.ac.jp');
    expect(shown.affiliation).not.toContain('staff');
    expect(sent).not.toContain('other.ac.jp');
  });
});

/** As the SP writes several values into one variable. */
const splitValues = (joined: string | undefined): readonly string[] | undefined =>
  joined?.split(/(?<!\\);/).map((value) => value.replaceAll('\\;', ';'));

/** RFC 4648 section 6, of 20 octets. */
function inBase32(hex: string): string {
  const digits = BigInt(`0x${hex}`).toString(32).padStart(32, '0');
  return [...digits].map((digit) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(digit, 32)]).join('');
}

/** What the person has, by the names that the SP gives to attributes; computed by another way than the IdP's. */
function valuesOf(idp: string, sp: string): Readonly<Record<string, readonly string[]>> {
  const computed = inBase32(hash('sha1', `${sp}!hanako!a salt that everybody knows`, 'hex'));
  const { attributes: told } = hanako;
  return {
    jaDisplayName: [told['displayName;lang-ja']],
    jasn: ['𠮷野'],
    jaGivenName: ['髙子 <&"\'> ～学認—'],
    displayName: [told.cn],
    sn: ['Yoshino'],
    givenName: ['Hanako'],
    mail: [told.mail],
    jao: ['学問大学', '学問;短期大学'],
    jaou: ['理学部　物理学科（夜間）'],
    o: ['Gakumon University', 'Gakumon & "College"'],
    ou: ['Faculty of Science'],
    schacHomeOrganization: ['med.example.ac.jp'],
    unscoped_affiliation: ['faculty', 'student', 'member'],
    affiliation: ['faculty@example.ac.jp', 'member@example.ac.jp', 'student@med.example.ac.jp'],
    isMemberOf: ['https://example.ac.jp/groups/library', 'https://example.ac.jp/groups/physics'],
    entitlement: ['urn:mace:dir:entitlement:common-lib-terms', 'urn:x:grants'],
    assurance: [
      'https://refeds.org/assurance',
      'https://refeds.org/assurance/ID/unique',
      'https://www.gakunin.jp/profile/IAL2',
    ],
    eppn: ['hanako@example.ac.jp'],
    persistent_id: [`${idp}!${sp}!${computed}`],
    eduPersonUniqueId: ['7f3a9c@med.example.ac.jp'],
    eduPersonOrcid: ['https://orcid.org/0000-0002-1825-0097', 'https://orcid.org/0000-0001-5109-3700'],
    gakuninScopedPersonalUniqueCode: ['faculty:E-9@med.example.ac.jp', 'student:s_1234567@example.ac.jp'],
    subject_id: ['hanako@example.ac.jp'],
    pairwise_id: [`${computed}@example.ac.jp`],
  };
}
