import type { AttributeDefinition } from './types.ts';

const cosine = 'urn:oid:0.9.2342.19200300.100.1.';
const x520 = 'urn:oid:2.5.4.';
const eduPerson = 'urn:oid:1.3.6.1.4.1.5923.1.1.1.';
const gakunin = 'urn:oid:1.3.6.1.4.1.32264.1.1.';

const define = (
  id: string,
  name: string,
  syntax: AttributeDefinition['syntax'],
  count: 'single' | 'multiple',
  ja: string,
  en: string,
): AttributeDefinition => ({
  id,
  name,
  friendlyName: name.startsWith('urn:oid:') ? id : undefined,
  labels: { ja, en },
  multiple: count === 'multiple',
  syntax,
});

/**
 * Every attribute that can leave the house: those of GakuNin's attribute list, and what eduGAIN adds. The labels are
 * read by students who are asked whether an attribute may go to a service.
 */
export const dictionary: readonly AttributeDefinition[] = [
  // Who you are
  define('jaDisplayName', `${gakunin}3`, 'text', 'single', '氏名', 'Full name in Japanese'),
  define('jasn', `${gakunin}1`, 'text', 'single', '姓', 'Family name in Japanese'),
  define('jaGivenName', `${gakunin}2`, 'text', 'single', '名', 'Given name in Japanese'),
  define(
    'displayName',
    'urn:oid:2.16.840.1.113730.3.1.241',
    'text',
    'single',
    '氏名（英字）',
    'Full name in Roman letters',
  ),
  define('sn', `${x520}4`, 'text', 'single', '姓（英字）', 'Family name in Roman letters'),
  define('givenName', `${x520}42`, 'text', 'single', '名（英字）', 'Given name in Roman letters'),
  define('mail', `${cosine}3`, 'mail', 'single', 'メールアドレス', 'Email address'),

  // Where you belong
  define('jao', `${gakunin}4`, 'text', 'multiple', '大学・機関の名前', 'Name of your university in Japanese'),
  define('jaou', `${gakunin}5`, 'text', 'single', '学部・部署の名前', 'Your faculty or department in Japanese'),
  define('o', `${x520}10`, 'text', 'multiple', '大学・機関の名前（英字）', 'Name of your university'),
  define('ou', `${x520}11`, 'text', 'single', '学部・部署の名前（英字）', 'Your faculty or department'),
  define(
    'schacHomeOrganization',
    'urn:oid:1.3.6.1.4.1.25178.1.2.9',
    'domain',
    'single',
    '大学・機関のドメイン名',
    'Internet domain of your university',
  ),
  define(
    'eduPersonAffiliation',
    `${eduPerson}1`,
    'affiliation',
    'multiple',
    '身分（学生、教員、職員など）',
    'Your role: student, faculty, staff',
  ),
  define(
    'eduPersonScopedAffiliation',
    `${eduPerson}9`,
    'scopedAffiliation',
    'multiple',
    '身分と大学のドメイン名',
    'Your role and the domain of your university',
  ),
  define(
    'isMemberOf',
    'urn:oid:1.3.6.1.4.1.5923.1.5.1.1',
    'uri',
    'multiple',
    '参加しているグループ',
    'Groups that you belong to',
  ),

  // What you may do
  define(
    'eduPersonEntitlement',
    `${eduPerson}7`,
    'uri',
    'multiple',
    'サービスを利用する資格（電子ジャーナルなど）',
    'What you are entitled to use, such as e-journals',
  ),
  define(
    'eduPersonAssurance',
    `${eduPerson}11`,
    'assurance',
    'multiple',
    '大学による本人確認の確かさ',
    'How carefully your university checked who you are',
  ),

  // What you are known by
  define(
    'eduPersonPrincipalName',
    `${eduPerson}6`,
    'principalName',
    'single',
    '大学での利用者ID（どのサービスにも同じものを送ります）',
    'Your user ID at the university, the same for every service',
  ),
  define(
    'eduPersonTargetedID',
    `${eduPerson}10`,
    'nameId',
    'multiple',
    'このサービス専用の仮のID（氏名や学籍番号は分かりません）',
    'An ID for this service only, which does not tell who you are',
  ),
  define(
    'eduPersonUniqueId',
    `${eduPerson}13`,
    'uniqueId',
    'single',
    '一生変わらない利用者ID（どのサービスにも同じものを送ります）',
    'An ID that is yours for good, the same for every service',
  ),
  define(
    'eduPersonOrcid',
    `${eduPerson}16`,
    'orcid',
    'multiple',
    '研究者の番号（ORCID iD）',
    'Your ORCID iD as a researcher',
  ),
  define(
    'gakuninScopedPersonalUniqueCode',
    `${gakunin}6`,
    'personalUniqueCode',
    'multiple',
    '学籍番号・教職員番号',
    'Your student number or staff number',
  ),
  define(
    'subject-id',
    'urn:oasis:names:tc:SAML:attribute:subject-id',
    'subjectId',
    'single',
    '利用者ID（サブジェクトID。どのサービスにも同じものを送ります）',
    'Your user ID (subject ID), the same for every service',
  ),
  define(
    'pairwise-id',
    'urn:oasis:names:tc:SAML:attribute:pairwise-id',
    'subjectId',
    'single',
    'このサービス専用の仮のID（ペアワイズID）',
    'An ID for this service only (pairwise ID)',
  ),
];

const byId: ReadonlyMap<string, AttributeDefinition> = new Map(dictionary.map((entry) => [entry.id, entry]));

/** @param id as release.yaml and directories write it, e.g. `eduPersonPrincipalName` */
export function findAttributeDefinition(id: string): AttributeDefinition | undefined {
  return byId.get(id);
}
