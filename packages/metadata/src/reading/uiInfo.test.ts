import { describe, expect, test } from '@jest/globals';
import { hostileAddresses, readMadeSp } from './testing/readMade.ts';

const uiInfo = (inside: string) => readMadeSp({ roleExtensions: `<mdui:UIInfo>${inside}</mdui:UIInfo>` });

describe('languages', () => {
  test.each([
    ['ja', 'ja'],
    ['JA', 'ja'],
    [' ja ', 'ja'],
    ['jpn', 'ja'],
    ['ja-JP', 'ja-jp'],
    ['en_GB', 'en-gb'],
    ['zh-Hant-TW', 'zh-hant-tw'],
    ['', 'und'],
    ['__proto__', 'und'],
    ['constructor', 'und'],
    ['日本語', 'und'],
    ['x'.repeat(5000), 'und'],
    [`en${'-abcdefgh'.repeat(9)}`, 'und'],
  ])('%s is %s', (written, language) => {
    const { read } = uiInfo(`<mdui:Description xml:lang="${written}">one</mdui:Description>`);
    expect(Object.entries(read.descriptions)).toEqual([[language, 'one']]);
  });

  test('that are the same twice: the first text counts; an empty one is none', () => {
    const { read } = uiInfo(
      '<mdui:Description xml:lang="ja"> </mdui:Description><mdui:Description xml:lang="jpn">一</mdui:Description><mdui:Description xml:lang="ja">二</mdui:Description>',
    );
    expect(read.descriptions).toEqual({ ja: '一' });
  });
});

test('keywords are words, in which + stands for a space', () => {
  const { read } = uiInfo(
    '<mdui:Keywords xml:lang="en">category:location:kanto  course+registration category:location:kanto +</mdui:Keywords>',
  );
  expect(read.keywords).toEqual({ en: ['category:location:kanto', 'course registration'] });
});

describe('logos', () => {
  test('have an address, a size and a language', () => {
    const { read, warnings } = uiInfo(
      `<mdui:Logo width="80" height=" 60 ">https://sp.example.org/logo.png</mdui:Logo>
       <mdui:Logo width="-1" height="9999999" xml:lang="JA">
         https://sp.example.org/ロゴ.png
       </mdui:Logo>`,
    );
    expect(read.logos).toEqual([
      { url: 'https://sp.example.org/logo.png', width: 80, height: 60, language: undefined },
      { url: 'https://sp.example.org/ロゴ.png', width: undefined, height: undefined, language: 'ja' },
    ]);
    expect(warnings).toEqual([]);
  });

  test('that are in the metadata itself are passed over in silence', () => {
    const { read, warnings } = uiInfo('<mdui:Logo width="1" height="1">data:image/png;base64,AAAA</mdui:Logo>');
    expect([read.logos, warnings]).toEqual([[], []]);
  });
});

describe('hostile addresses', () => {
  test.each(hostileAddresses)('%s is no link anywhere', (address) => {
    const { read, warnings } = readMadeSp({
      entityExtensions: `<mdrpi:RegistrationInfo registrationAuthority="https://r.example"><mdrpi:RegistrationPolicy xml:lang="en">${address}</mdrpi:RegistrationPolicy></mdrpi:RegistrationInfo>
        <mdrpi:PublicationInfo publisher="p"><mdrpi:UsagePolicy xml:lang="en">${address}</mdrpi:UsagePolicy></mdrpi:PublicationInfo>`,
      roleExtensions: `<mdui:UIInfo><mdui:InformationURL xml:lang="en">${address}</mdui:InformationURL>
        <mdui:PrivacyStatementURL xml:lang="en">${address}</mdui:PrivacyStatementURL><mdui:Logo>${address}</mdui:Logo></mdui:UIInfo>`,
      entity: `<md:Organization><md:OrganizationURL xml:lang="en">${address}</md:OrganizationURL></md:Organization>`,
    });
    expect(read).toMatchObject({
      informationUrls: {},
      privacyStatementUrls: {},
      logos: [],
      registration: { policies: {} },
      publication: { usagePolicies: {} },
      organization: { urls: {} },
    });
    expect(warnings).toHaveLength(6);
    for (const warning of warnings) expect(warning.length).toBeLessThan(300);
  });
});

test('elements of these names in other namespaces, or outside UIInfo, say nothing', () => {
  const { read } = readMadeSp({
    roleExtensions:
      '<mdui:DisplayName xml:lang="en">outside</mdui:DisplayName><mdui:UIInfo><md:DisplayName xml:lang="en">other</md:DisplayName><md:Logo>https://x.example/</md:Logo></mdui:UIInfo>',
  });
  expect([read.names, read.logos]).toEqual([{}, []]);
});
