import { GakumonError } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import type { Config } from './config.ts';
import { parseConfig } from './loadConfig.ts';

const head = `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
directory: [{ name: local, file: users.yaml }]
`;

const read = (text: string): Config => parseConfig(`${head}${text}`, '/etc/gakumon/gakumon.yaml');

function mistakesIn(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof GakumonError) {
      return (error.detail ?? '').split('\n').map((line) => line.trim().replace(/^.*gakumon\.yaml:?/, ''));
    }
    throw error;
  }
  return [];
}

const mistakeOf = (source: string): string[] =>
  mistakesIn(`metadata: { sources: [{ name: x, ${source} }] }\n`).map((line) =>
    line.replace(/^8: metadata\.sources\[1\]\.?/, ''),
  );

const usual = {
  unsigned: false,
  allowSha1: false,
  maxValidity: undefined,
  filter: { roles: [], registrationAuthorities: [], categories: [], exceptCategories: [], exceptEntityIds: [] },
  mayAssert: ['categories', 'scopes'],
  refresh: 3_600_000,
  guard: { mostLost: 0.1 },
  encryption: undefined,
};

describe('a source of metadata', () => {
  test('is a file, a directory, an address or a service for single entities; the rest is as usual', () => {
    const { sources } = read(`metadata:
  sources:
    - { name: a, file: a.xml, cert: [one.pem, /two.pem] }
    - { name: b, directory: folder, unsigned: true }
    - { name: c, url: 'https://metadata.example.ac.jp/all.xml', cert: [one.pem] }
    - { name: d, mdq: 'https://mdq.example.ac.jp/global/', cert: [one.pem] }
`).metadata;
    const one = { file: '/etc/gakumon/one.pem' };
    expect(sources).toEqual([
      {
        ...usual,
        name: 'a',
        origin: { kind: 'file', path: '/etc/gakumon/a.xml' },
        signers: [one, { file: '/two.pem' }],
      },
      { ...usual, name: 'b', origin: { kind: 'directory', path: '/etc/gakumon/folder' }, signers: [], unsigned: true },
      { ...usual, name: 'c', origin: { kind: 'url', url: 'https://metadata.example.ac.jp/all.xml' }, signers: [one] },
      { ...usual, name: 'd', origin: { kind: 'mdq', url: 'https://mdq.example.ac.jp/global' }, signers: [one] },
    ]);
  });

  test('takes everything that can be said about it', () => {
    const { metadata } = read(`metadata:
  cache: /var/lib/gakumon/metadata-cache
  sources:
    - name: federation
      url: http://metadata.example.ac.jp/all.xml
      cert: [one.pem]
      allowSha1: true
      maxValidity: P15D
      refresh: PT5M
      encryption: gcm
      filter:
        roles: [sp]
        registrationAuthorities: [https://www.gakunin.jp]
        categories: [http://refeds.org/category/research-and-scholarship]
        exceptCategories: [http://refeds.org/category/hide-from-discovery]
        exceptEntityIds: [https://sp.example.org/]
      mayAssert: []
      guard: { mostLost: 1 }
`);
    expect(metadata.cache).toBe('/var/lib/gakumon/metadata-cache');
    expect(metadata.sources).toMatchObject([
      {
        allowSha1: true,
        maxValidity: 1_296_000_000,
        refresh: 300_000,
        encryption: 'gcm',
        filter: {
          roles: ['sp'],
          registrationAuthorities: ['https://www.gakunin.jp'],
          categories: ['http://refeds.org/category/research-and-scholarship'],
          exceptCategories: ['http://refeds.org/category/hide-from-discovery'],
          exceptEntityIds: ['https://sp.example.org/'],
        },
        mayAssert: [],
        guard: { mostLost: 1 },
      },
    ]);
  });

  test('is reached through a proxy when there is one', () => {
    expect(read('').metadata.proxy).toBeUndefined();
    expect(read('metadata: { proxy: "http://Proxy.example.ac.jp:3128/" }\n').metadata.proxy).toBe(
      'http://proxy.example.ac.jp:3128',
    );
  });

  test.each([
    'proxy.example.ac.jp:3128',
    'https://proxy.example.ac.jp:3128',
    'socks5://proxy.example.ac.jp',
    'http://me:secret@proxy.example.ac.jp:3128',
    'http://proxy.example.ac.jp:3128/path',
    'http://proxy.example.ac.jp:3128/?a',
    'http://',
  ])('is not reached through %s', (proxy) => {
    const mistakes = mistakesIn(`metadata: { proxy: "${proxy}" }\n`);
    expect(mistakes).toEqual(['8: metadata.proxy: must be http://host:port, without a password or a path']);
  });

  test('of this very machine may be unsigned over http', () => {
    expect(mistakeOf(`url: 'http://localhost:9000/a.xml', unsigned: true`)).toEqual([]);
    expect(mistakeOf(`mdq: 'http://[::1]:9000/', unsigned: true`)).toEqual([]);
  });
});

describe('a mistake is told where it is:', () => {
  const isOne = ': name exactly one of file, directory, url and mdq';
  const undecided = ': name the signer with cert: [PEM file], or say unsigned: true';
  test.each<[string, string, string[]]>([
    ['no origin', 'unsigned: true', [isOne]],
    ['two origins', `url: 'https://a.example/', mdq: 'https://a.example/', cert: [a.pem]`, [isOne]],
    ['an empty list of signers', `file: a.xml, cert: []`, ['cert: name at least one PEM file', undecided]],
    ['no address', `url: metadata.example/all.xml, cert: [a.pem]`, ['url: must be an http or https URL']],
    ['attack: another scheme', `url: 'file:///etc/passwd', cert: [a.pem]`, ['url: must be an http or https URL']],
    [
      'a password in an address',
      `url: 'https://user:secret@a.example/', cert: [a.pem]`,
      ['url: must not hold a user name or password'],
    ],
    ['a fragment', `url: 'https://a.example/#x', cert: [a.pem]`, ['url: has a fragment, which is never sent']],
    [
      'a query in a base',
      `mdq: 'https://a.example/?x=1', cert: [a.pem]`,
      ['mdq: must be the part in front of /entities/, without ? and what follows'],
    ],
    [
      'attack: anybody on the way',
      `url: 'http://a.example/', unsigned: true`,
      ['url: must be https: without a signature anybody on the way could change it'],
    ],
    [
      'attack: a name that only begins like this machine',
      `mdq: 'http://localhost.a.example/', unsigned: true`,
      ['mdq: must be https: without a signature anybody on the way could change it'],
    ],
    ['too often', `url: 'https://a.example/', cert: [a.pem], refresh: PT1M`, ['refresh: must be from PT5M to P7D']],
    ['too seldom', `url: 'https://a.example/', cert: [a.pem], refresh: P8D`, ['refresh: must be from PT5M to P7D']],
    [
      'no duration',
      `url: 'https://a.example/', cert: [a.pem], refresh: 1h`,
      ['refresh: must be an ISO 8601 duration such as PT1H or P15D; PT1H is 1 hour'],
    ],
    [
      'refresh of a file',
      'file: a.xml, cert: [a.pem], refresh: PT1H',
      ['refresh: is for url and mdq: files are looked at every second'],
    ],
    [
      'a guard over what is never whole',
      `mdq: 'https://a.example/', cert: [a.pem], guard: { mostLost: 0.5 }`,
      ['guard: is not for mdq: it never tells of all entities'],
    ],
    ['per cent', 'file: a.xml, cert: [a.pem], guard: { mostLost: 10 }', ['guard.mostLost: is a share: 1 at most']],
    ['less than nothing', 'file: a.xml, cert: [a.pem], guard: { mostLost: -1 }', ['guard.mostLost: is less than 0']],
    [
      'SHA-1 of nothing',
      'file: a.xml, unsigned: true, allowSha1: true',
      ['allowSha1: is about signatures: nothing is signed'],
    ],
    ['a role', 'file: a.xml, cert: [a.pem], filter: { roles: [aa] }', ['filter.roles[1]: must be sp or idp']],
    [
      'an unknown filter',
      'file: a.xml, cert: [a.pem], filter: { role: [sp] }',
      [
        'filter.role: unknown key (known here: roles, registrationAuthorities, categories, exceptCategories, exceptEntityIds); did you mean roles?',
      ],
    ],
    [
      'what may be asserted',
      'file: a.xml, cert: [a.pem], mayAssert: [scope]',
      ['mayAssert[1]: must be categories or scopes'],
    ],
  ])('%s', (_, source, mistakes) => {
    expect(mistakeOf(source)).toEqual(mistakes);
  });

  test('all at once, each with its line', () => {
    expect(
      mistakesIn(`metadata:
  cashe: x
  sources:
    - name: a
      url: ftp://a.example/
      refresh: PT1S
    - { name: a, file: b.xml, unsigned: true }
`),
    ).toEqual([
      '9: metadata.cashe: unknown key (known here: cache, proxy, sources); did you mean cache?',
      '11: metadata.sources[1]: name the signer with cert: [PEM file], or say unsigned: true',
      '12: metadata.sources[1].url: must be an http or https URL',
      '13: metadata.sources[1].refresh: must be from PT5M to P7D',
      '14: metadata.sources[2].name: another item has the name "a" already',
    ]);
  });
});

describe('listen.management', () => {
  test.each([
    ['127.0.0.1:9000', { host: '127.0.0.1', port: 9000 }],
    ['localhost', { host: 'localhost', port: 8089 }],
    ["'[::1]:9000'", { host: '::1', port: 9000 }],
    ["'off'", 'off'],
  ])('%s', (written, management) => {
    expect(read(`listen: { management: ${written} }\n`).listen.management).toEqual(management);
  });
  test.each(['9000', 'true', "'http://localhost/'", "'localhost:0'"])('%s is a mistake', (written) => {
    expect(mistakesIn(`listen: { management: ${written} }\n`)).toEqual([
      expect.stringMatching(/^8: listen\.management: must be /),
    ]);
  });
});
