import type { Localised } from '@gakumon/terms';

/** What an attribute is called: on the wire (`name`), among technicians (`friendlyName`), to a person (`labels`). */
export type AttributeName = { readonly name: string; readonly friendlyName: string; readonly labels: Localised };

const row = (oid: string, friendlyName: string, ja: string, en: string): AttributeName => ({
  name: `urn:oid:${oid}`,
  friendlyName,
  labels: { ja, en },
});

/** The attributes of the GakuNin list, as a service provider of the federation knows them. */
export const attributeNames: readonly AttributeName[] = [
  row(
    '1.3.6.1.4.1.5923.1.1.1.6',
    'eduPersonPrincipalName',
    'フェデレーション内の利用者ID',
    'Identifier in the federation',
  ),
  row('2.16.840.1.113730.3.1.241', 'displayName', '表示名(英字)', 'Display name'),
  row('1.3.6.1.4.1.32264.1.1.3', 'jaDisplayName', '表示名(日本語)', 'Display name in Japanese'),
  row('0.9.2342.19200300.100.1.3', 'mail', 'メールアドレス', 'Mail address'),
  row('1.3.6.1.4.1.5923.1.1.1.1', 'eduPersonAffiliation', '職位・身分', 'Affiliation'),
  row(
    '1.3.6.1.4.1.5923.1.1.1.9',
    'eduPersonScopedAffiliation',
    '職位・身分(所属機関つき)',
    'Affiliation with institution',
  ),
  row('1.3.6.1.4.1.5923.1.1.1.10', 'eduPersonTargetedID', 'このサービスだけの仮名', 'Pseudonym for this service'),
  row('2.5.4.10', 'o', '所属機関名(英字)', 'Institution'),
  row('1.3.6.1.4.1.32264.1.1.4', 'jao', '所属機関名(日本語)', 'Institution in Japanese'),
  row('2.5.4.11', 'ou', '所属部署名(英字)', 'Department'),
  row('1.3.6.1.4.1.32264.1.1.5', 'jaou', '所属部署名(日本語)', 'Department in Japanese'),
  row('2.5.4.4', 'sn', '姓(英字)', 'Surname'),
  row('2.5.4.42', 'givenName', '名(英字)', 'Given name'),
  row('1.3.6.1.4.1.32264.1.1.1', 'jasn', '姓(日本語)', 'Surname in Japanese'),
  row('1.3.6.1.4.1.32264.1.1.2', 'jaGivenName', '名(日本語)', 'Given name in Japanese'),
  row('1.3.6.1.4.1.5923.1.1.1.7', 'eduPersonEntitlement', '資格', 'Entitlement'),
  row('1.3.6.1.4.1.5923.1.1.1.11', 'eduPersonAssurance', '保証レベル', 'Assurance'),
  row('1.3.6.1.4.1.5923.1.1.1.13', 'eduPersonUniqueId', '再利用されないID', 'Identifier never used again'),
  row('1.3.6.1.4.1.5923.1.1.1.16', 'eduPersonOrcid', 'ORCID iD', 'ORCID iD'),
  row('1.3.6.1.4.1.5923.1.5.1.1', 'isMemberOf', '所属グループ', 'Groups'),
  row('1.3.6.1.4.1.32264.1.1.6', 'gakuninScopedPersonalUniqueCode', '学籍番号・職員番号', 'Student or staff number'),
  row('1.3.6.1.4.1.25178.1.2.9', 'schacHomeOrganization', '所属機関のドメイン', 'Domain of the institution'),
  {
    name: 'urn:oasis:names:tc:SAML:attribute:pairwise-id',
    friendlyName: 'pairwise-id',
    labels: { ja: 'このサービスだけの仮名 (pairwise-id)', en: 'Pseudonym for this service (pairwise-id)' },
  },
  {
    name: 'urn:oasis:names:tc:SAML:attribute:subject-id',
    friendlyName: 'subject-id',
    labels: { ja: '全サービス共通のID (subject-id)', en: 'Identifier for all services (subject-id)' },
  },
];

/** What the demonstration asks for in its metadata; it needs the first one. */
export const requestedAttributes = attributeNames.slice(0, 9);
