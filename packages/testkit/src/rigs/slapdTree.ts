import type { LdifEntry } from './slapdLdif.ts';

/** The top of the tree of the rig. */
export const slapdBase = 'dc=example,dc=ac,dc=jp';

/** Who searches: reads everything but passwords. */
export const slapdService = { dn: `cn=gakumon,ou=services,${slapdBase}`, password: 'service-password' } as const;

/** Who may do everything. */
export const slapdRoot = { dn: `cn=root,${slapdBase}`, password: 'root-password' } as const;

/** The password of every person of the small tree. */
export const slapdPassword = 'gakumon-demo';

/** The DN of a person of the rig. */
export const slapdPersonDn = (uid: string): string => `uid=${uid},ou=people,${slapdBase}`;

/** Octets that are no UTF-8, as a photograph has. */
export const slapdPhoto: Uint8Array = Buffer.from('ffd8ffe000104a46494600', 'hex');

/** The entry of a person; `attributes` come beside the usual ones, or in their place. */
export function slapdPerson(uid: string, attributes: LdifEntry['attributes'] = {}): LdifEntry {
  return {
    dn: slapdPersonDn(uid),
    attributes: {
      objectClass: ['inetOrgPerson', 'eduPerson', 'eduMember', 'testGakuninPerson'],
      uid,
      cn: uid,
      sn: uid,
      userPassword: slapdPassword,
      ...attributes,
    },
  };
}

/** The entry of a group of people, who are named by DN. */
export function slapdGroup(cn: string, members: readonly string[]): LdifEntry {
  return {
    dn: `cn=${cn},ou=groups,${slapdBase}`,
    attributes: { objectClass: 'groupOfNames', cn, member: members },
  };
}

/** A few people and groups: a student, a teacher, a member of staff. */
export const slapdTree: readonly LdifEntry[] = [
  {
    dn: slapdBase,
    attributes: { objectClass: ['organization', 'dcObject'], dc: 'example', o: 'Example University' },
  },
  ...['people', 'groups', 'services', 'policies'].map((ou) => ({
    dn: `ou=${ou},${slapdBase}`,
    attributes: { objectClass: 'organizationalUnit', ou },
  })),
  {
    dn: slapdService.dn,
    attributes: {
      objectClass: ['organizationalRole', 'simpleSecurityObject'],
      cn: 'gakumon',
      userPassword: slapdService.password,
    },
  },
  slapdPerson('s1234567', {
    cn: 'Hanako Gakumon',
    sn: 'Gakumon',
    givenName: 'Hanako',
    displayName: 'Hanako Gakumon',
    'displayName;lang-ja': '学門 花子',
    mail: 's1234567@example.ac.jp',
    employeeNumber: '1234567',
    eduPersonAffiliation: ['student', 'member'],
    eduPersonEntitlement: 'urn:mace:dir:entitlement:common-lib-terms',
    jasn: '学門',
    jaGivenName: '花子',
    jao: '例示大学',
    jaou: '文学部',
    gakuninScopedPersonalUniqueCode: 'student:1234567@example.ac.jp',
    jpegPhoto: slapdPhoto,
  }),
  slapdPerson('f1234567', {
    cn: 'Taro Gakumon',
    sn: 'Gakumon',
    displayName: 'Taro Gakumon',
    'displayName;lang-ja': '学門 太郎',
    mail: ['f1234567@example.ac.jp', 'taro@example.ac.jp'],
    eduPersonAffiliation: ['faculty', 'member'],
    eduPersonOrcid: 'https://orcid.org/0000-0002-1825-0097',
    isMemberOf: 'https://cg.gakunin.jp/gr/example',
  }),
  slapdPerson('t1234567', { eduPersonAffiliation: 'staff' }),
  slapdGroup('students', [slapdPersonDn('s1234567')]),
  slapdGroup('library', [slapdPersonDn('s1234567'), slapdPersonDn('f1234567')]),
];
