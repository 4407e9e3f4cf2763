/** The demonstration's people, whom everybody may know. */
export const demoPassword = 'gakumon-demo';

type DemoPerson = {
  readonly username: string;
  /** For the announcement. */
  readonly who: string;
  readonly groups: readonly string[];
  readonly attributes: Readonly<Record<string, string | readonly string[]>>;
};

const university = { o: 'Example University', jao: '例の大学' };

export const demoPeople: readonly DemoPerson[] = [
  {
    username: 's1234567',
    who: '学生 student   山田 花子',
    groups: ['students'],
    attributes: {
      ...university,
      displayName: 'Hanako Yamada',
      givenName: 'Hanako',
      sn: 'Yamada',
      jaDisplayName: '山田 花子',
      jaGivenName: '花子',
      jasn: '山田',
      mail: 's1234567@example.ac.jp',
      ou: 'School of Science',
      jaou: '理学部',
      affiliation: ['student', 'member'],
      eduPersonEntitlement: 'urn:mace:dir:entitlement:common-lib-terms',
    },
  },
  {
    username: 'f1234567',
    who: '教員 faculty   鈴木 一郎',
    groups: ['faculty'],
    attributes: {
      ...university,
      displayName: 'Ichiro Suzuki',
      givenName: 'Ichiro',
      sn: 'Suzuki',
      jaDisplayName: '鈴木 一郎',
      jaGivenName: '一郎',
      jasn: '鈴木',
      mail: 'f1234567@example.ac.jp',
      ou: 'Graduate School of Informatics',
      jaou: '情報学研究科',
      affiliation: ['faculty', 'member'],
      eduPersonEntitlement: 'urn:mace:dir:entitlement:common-lib-terms',
    },
  },
  {
    username: 't1234567',
    who: '職員 staff     髙橋 美咲',
    groups: ['staff'],
    attributes: {
      ...university,
      displayName: 'Misaki Takahashi',
      givenName: 'Misaki',
      sn: 'Takahashi',
      jaDisplayName: '髙橋 美咲',
      jaGivenName: '美咲',
      jasn: '髙橋',
      mail: 't1234567@example.ac.jp',
      ou: 'Library',
      jaou: '附属図書館',
      affiliation: ['staff', 'member'],
      eduPersonEntitlement: 'urn:mace:dir:entitlement:common-lib-terms',
    },
  },
];
