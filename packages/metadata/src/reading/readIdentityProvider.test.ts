import { bindings } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { readMadeIdp } from './testing/readMade.ts';

const scope = (value: string, attributes = ''): string => `<shibmd:Scope ${attributes}>${value}</shibmd:Scope>`;

describe('scopes', () => {
  test('of role and entity are told, each once, with whether they are patterns', () => {
    const { read, warnings } = readMadeIdp({
      roleExtensions: scope('example.ac.jp', 'regexp="false"') + scope('^.+\\.example\\.ac\\.jp$', 'regexp="1"'),
      entityExtensions: scope(' example.ac.jp ') + scope('大学.jp'),
    });
    expect(read.scopes).toEqual([
      { value: 'example.ac.jp', isRegexp: false },
      { value: '^.+\\.example\\.ac\\.jp$', isRegexp: true },
      { value: '大学.jp', isRegexp: false },
    ]);
    expect(warnings).toEqual([]);
  });

  test.each(['a b', '*.ac.jp', 'ac.jp\u202e', 'https://example.ac.jp/', '-x', `${'x'.repeat(300)}.jp`, '<md:a/>'])(
    '%s is none, and told of',
    (value) => {
      const { read, warnings } = readMadeIdp({ roleExtensions: scope(value) });
      expect(read.scopes).toEqual([]);
      expect(warnings).toHaveLength(1);
    },
  );

  test('are not believed of a source that may not assert them', () => {
    expect(readMadeIdp({ roleExtensions: scope('example.ac.jp') }, ['categories']).read.scopes).toEqual([]);
  });
});

describe('hints for discovery', () => {
  test('of their forms are told', () => {
    const { read, warnings } = readMadeIdp({
      roleExtensions: `<mdui:DiscoHints><mdui:IPHint>192.0.2.0/24</mdui:IPHint><mdui:IPHint>2001:db8::/32</mdui:IPHint>
        <mdui:IPHint>192.0.2.1</mdui:IPHint><mdui:DomainHint>example.ac.jp</mdui:DomainHint>
        <mdui:GeolocationHint>geo:35.71,139.76</mdui:GeolocationHint><mdui:GeolocationHint>geo:-35,139,20;u=5</mdui:GeolocationHint></mdui:DiscoHints>`,
    });
    expect(read.discoHints).toEqual({
      ipRanges: ['192.0.2.0/24', '2001:db8::/32', '192.0.2.1/32'],
      domains: ['example.ac.jp'],
      places: [
        { latitude: 35.71, longitude: 139.76 },
        { latitude: -35, longitude: 139 },
      ],
    });
    expect(warnings).toEqual([]);
  });

  test.each([
    ['IPHint', '192.0.2.0/33'],
    ['IPHint', '192.0.2.0/24/8'],
    ['IPHint', 'fe80::1%eth0'],
    ['IPHint', 'example.ac.jp'],
    ['DomainHint', 'a b'],
    ['DomainHint', 'javascript:alert(1)'],
    ['GeolocationHint', 'geo:91,0'],
    ['GeolocationHint', 'geo:0,181'],
    ['GeolocationHint', 'geo:x,y'],
    ['GeolocationHint', `geo:1,1${',1'.repeat(500)}`],
  ])('%s %s is none, and told of', (name, hint) => {
    const { read, warnings } = readMadeIdp({
      roleExtensions: `<mdui:DiscoHints><mdui:${name}>${hint}</mdui:${name}></mdui:DiscoHints>`,
    });
    expect(read.discoHints).toEqual({ ipRanges: [], domains: [], places: [] });
    expect(warnings).toHaveLength(1);
  });
});

test('the rest of an IdP: where logins go, its signing flag, names, formats', () => {
  const { read, warnings } = readMadeIdp({
    role: `<md:NameIDFormat> urn:a </md:NameIDFormat><md:NameIDFormat>urn:a</md:NameIDFormat><md:NameIDFormat>b c</md:NameIDFormat>
      <md:SingleSignOnService Binding="${bindings.redirect}" Location="https://idp.example.org/sso"/>
      <md:SingleSignOnService Binding="${bindings.post}" Location="javascript:alert(1)"/>`,
    roleExtensions: '<mdui:UIInfo><mdui:DisplayName xml:lang="ja">例示大学</mdui:DisplayName></mdui:UIInfo>',
  });
  expect(read).toMatchObject({
    entityId: 'https://sp.example.org/sp',
    source: 'federation',
    names: { ja: '例示大学' },
    nameIdFormats: ['urn:a'],
    wantAuthnRequestsSigned: false,
    signingKeys: [],
    contacts: [],
  });
  expect(read.singleSignOnServices).toEqual([
    { binding: bindings.redirect, location: 'https://idp.example.org/sso', responseLocation: undefined },
  ]);
  expect(warnings).toHaveLength(2);
});
