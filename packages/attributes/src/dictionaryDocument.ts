import { dictionary } from './dictionary.ts';
import type { AttributeDefinition, AttributeSyntax } from './types.ts';

type Language = 'ja' | 'en';

/** What a value must look like, for docs/attributes.md; `syntax.ts` has the rules. */
const rules: Readonly<Record<AttributeSyntax, Readonly<Record<Language, string>>>> = {
  text: { en: 'text', ja: '文字列' },
  mail: { en: 'a mail address', ja: 'メールアドレス' },
  uri: { en: 'a URI', ja: 'URI' },
  orcid: {
    en: '`https://orcid.org/0000-0002-1825-0097`, with its check digit',
    ja: '`https://orcid.org/0000-0002-1825-0097`(検査数字も確かめます)',
  },
  assurance: { en: 'a URI that does not speak of a login', ja: 'URI(ログインの強さを表すものは不可)' },
  affiliation: { en: 'faculty, staff, student or member', ja: 'faculty、staff、student、member' },
  domain: { en: 'one of `idp.scopes`', ja: '`idp.scopes` のいずれか' },
  scopedAffiliation: { en: 'one of these, `@`, a scope', ja: '上の語`@`スコープ' },
  principalName: { en: 'anything without `@` and spaces, `@`, a scope', ja: '`@` と空白のない文字列`@`スコープ' },
  uniqueId: { en: '1 to 64 of `A-Z a-z 0-9`, `@`, a scope', ja: '英数字 1〜64 字`@`スコープ' },
  subjectId: {
    en: '1 to 127 of `A-Z a-z 0-9 = -`, not beginning with the last two, `@`, a scope',
    ja: '英数字と `=` `-` で 1〜127 字(先頭は英数字)`@`スコープ',
  },
  personalUniqueCode: {
    en: '`student:`, `faculty:`, `staff:` or `member:`, a number, `@`, a scope',
    ja: '`student:` `faculty:` `staff:` `member:` のいずれか、番号、`@`スコープ',
  },
  nameId: { en: 'made for each service', ja: 'サービスごとに作ります' },
};

const words = {
  en: { head: '| attribute | on the wire | values | each is |', one: 'one', several: 'several' },
  ja: { head: '| 属性 | 送るときの名前 | 値の数 | 値の形 |', one: '一つ', several: '複数可' },
} as const;

/** The table of the dictionary in docs/attributes.md and docs/attributes.ja.md. */
export function dictionaryTable(language: Language): string {
  const { head, one, several } = words[language];
  const row = ({ id, name, multiple, syntax, labels }: AttributeDefinition): string =>
    `| \`${id}\` ${labels[language]} | \`${name}\` | ${multiple ? several : one} | ${rules[syntax][language]} |`;
  return [head, '| --- | --- | --- | --- |', ...dictionary.map(row)].join('\n');
}
