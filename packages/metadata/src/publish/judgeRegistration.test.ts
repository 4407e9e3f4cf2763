import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { describeWith, runProgram, temporaryFolder, testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import type { IdpMetadataSettings } from './idpMetadata.ts';
import { judgeRegistration } from './judgeRegistration.ts';
import type { Federation } from './registrationFinding.ts';

/** Later than whatever day openssl makes certificates on. */
const now = Date.parse('2040-04-08T09:00:00Z');
const { idpSigning, idpSigningEc, expired } = testKeys;

/** Nothing but the certificates is amiss. */
const good: IdpMetadataSettings = {
  entityId: toEntityId('https://idp.example.ac.jp/idp/shibboleth'),
  baseUrl: 'https://idp.example.ac.jp',
  scopes: ['example.ac.jp'],
  organization: { ja: '例示大学', en: 'Example University' },
  organizationUrl: { ja: 'https://www.example.ac.jp/', en: 'https://www.example.ac.jp/en/' },
  displayName: { ja: '例示大学', en: 'Example University' },
  description: { ja: '大学', en: 'A university' },
  informationUrl: { ja: 'https://www.example.ac.jp/idp', en: 'https://www.example.ac.jp/en/idp' },
  privacyStatementUrl: { ja: 'https://www.example.ac.jp/p', en: 'https://www.example.ac.jp/en/p' },
  logo: { url: 'https://www.example.ac.jp/logo.png', width: 80, height: 60 },
  keywords: ['category:location:kanto'],
  discoHints: { ipHints: ['192.0.2.0/24'], domainHints: ['example.ac.jp'], geolocationHints: [] },
  contacts: [
    { type: 'technical', name: '情報基盤センター', email: 'idp@example.ac.jp' },
    { type: 'security', name: 'CSIRT', email: 'csirt@example.ac.jp' },
  ],
  errorUrl: 'https://www.example.ac.jp/help',
  keys: [],
};

const judge = (change: Partial<IdpMetadataSettings>, federation: Federation = 'gakunin') =>
  judgeRegistration({ ...good, ...change }, { federation, now }).map(({ level, about, message }) => [
    level,
    about,
    message,
  ]);
const judgeKey = (certificate: string) => judge({ keys: [{ use: 'signing', certificate }] });

describe('judging our metadata before it is registered', () => {
  test('has nothing to say about what is complete', () => {
    expect(judge({})).toEqual([]);
    expect(judge({}, 'edugain')).toEqual([]);
  });

  test.each<[string, Partial<IdpMetadataSettings>, string, string, RegExp]>([
    ['endpoints without TLS', { baseUrl: 'http://idp.example.ac.jp' }, 'refused', 'endpoint', /without TLS/],
    ['localhost', { baseUrl: 'https://localhost:8443' }, 'refused', 'endpoint', /localhost, which has no public name/],
    ['an address for a name', { baseUrl: 'https://[2001:db8::1]' }, 'refused', 'endpoint', /no public name/],
    [
      'an entityID of localhost',
      { entityId: toEntityId('http://localhost/idp') },
      'refused',
      'entityID',
      /in no domain/,
    ],
    [
      'an entityID elsewhere',
      { entityId: toEntityId('https://idp.example.com/') },
      'advice',
      'entityID',
      /not in a domain/,
    ],
    [
      'an entityID that only looks alike',
      { entityId: toEntityId('https://evilexample.ac.jp/') },
      'advice',
      'entityID',
      /not in a domain/,
    ],
    [
      'an entityID that is no URL',
      { entityId: toEntityId('urn:mace:gakunin.jp:idp:example') },
      'advice',
      'entityID',
      /not a URL/,
    ],
    [
      'a hosted IdP',
      { baseUrl: 'https://idp.host.example' },
      'advice',
      'scope',
      /idp\.host\.example is not in a domain/,
    ],
    ['no site of the organisation', { organizationUrl: undefined }, 'asked', 'organization', /front page/],
    [
      'a Japanese name in English',
      { organization: { ja: 'Example', en: 'Example' } },
      'asked',
      'name',
      /organization\.ja/,
    ],
    ['an English name in Japanese', { displayName: { ja: '大学', en: '大学' } }, 'asked', 'name', /displayName\.en/],
    ['no technical contact', { contacts: [] }, 'asked', 'contact', /technical/],
    ['no page of help', { errorUrl: undefined }, 'advice', 'contact', /errorURL/],
    ['no keywords', { keywords: undefined }, 'advice', 'discovery', /Keywords/],
    ['no hints', { discoHints: undefined }, 'advice', 'discovery', /DiscoHints/],
    ['no logo', { logo: undefined }, 'advice', 'discovery', /mdui:Logo/],
    ['a logo without TLS', { logo: { url: 'http://a.example/', width: 1, height: 1 } }, 'advice', 'discovery', /https/],
    ['a date of its own', { validUntil: now }, 'advice', 'validity', /ends on 2040-04-08/],
  ])('tells of %s', (_, change, level, about, message) => {
    expect(judge(change)).toContainEqual([level, about, expect.stringMatching(message)]);
  });

  test('goes by the federation: eduGAIN looks for a description and for a security contact', () => {
    const poor = { description: undefined, contacts: good.contacts.slice(0, 1), keywords: undefined };
    expect(judge(poor, 'gakunin').map(([, , message]) => message)).toEqual([expect.stringMatching(/Keywords/)]);
    expect(judge(poor, 'edugain')).toEqual([
      ['advice', 'contact', 'there is no security contact'],
      ['advice', 'discovery', 'there is no mdui:Description'],
    ]);
  });

  test('tells the worst first, and what to do about each', () => {
    const change = { ...good, baseUrl: 'http://localhost', contacts: [], keywords: undefined };
    const found = judgeRegistration(change, { federation: 'gakunin', now });
    expect([...new Set(found.map(({ level }) => level))]).toEqual(['refused', 'asked', 'advice']);
    expect(found.filter(({ hint }) => hint === '')).toEqual([]);
  });

  test('asks for the proof of a self-signed certificate', () => {
    expect(judgeKey(idpSigning.certificate)[0]).toEqual([
      'asked',
      'certificate',
      expect.stringMatching(/is self-signed$/),
    ]);
  });

  test('only advises about an end that has passed, and about elliptic curves: nobody says that they are refused', () => {
    const levels = (certificate: string, about: RegExp) =>
      judgeKey(certificate)
        .filter(([, , message]) => about.test(message ?? ''))
        .map(([level]) => level);
    expect(levels(expired.certificate, /expired on 2011/)).toEqual(['advice']);
    expect(levels(idpSigningEc.certificate, /prime256v1, not RSA/)).toEqual(['advice']);
  });
});

describeWith(['openssl'], 'judging certificates of authorities', () => {
  /** A certificate that some authority issued. */
  async function issue(
    subject: string,
    alternatives: string,
    issuer = 'Some CA',
    options: readonly string[] = [],
  ): Promise<string> {
    const folder = await temporaryFolder();
    const at = (name: string): string => join(folder, name);
    const run = async (...args: readonly string[]): Promise<void> => {
      const { code, stderr } = await runProgram('openssl', args);
      if (code !== 0) throw new Error(stderr);
    };
    const ca = testKeys.stranger.privateKeyFile;
    await run('req', '-x509', '-new', '-key', ca, '-subj', `/CN=${issuer}`, '-days', '9999', '-out', at('ca.pem'));
    const extra = alternatives === '' ? [] : ['-addext', `subjectAltName=${alternatives}`];
    await run(
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      at('key.pem'),
      '-subj',
      subject,
      ...extra,
      '-CA',
      at('ca.pem'),
      '-CAkey',
      ca,
      '-days',
      '9999',
      '-out',
      at('crt.pem'),
      ...options,
    );
    return (await readFile(at('crt.pem'), 'utf8')).replace(/-----[^-]+-----|\s/g, '');
  }

  test.each([
    ['the host', '/CN=x', 'DNS:idp.example.ac.jp'],
    ['a wildcard', '/CN=x', 'DNS:*.example.ac.jp'],
    ['the domain of a scope, for a hosted IdP', '/CN=x', 'DNS:example.ac.jp'],
    ['no DNS name, but the host as its common name', '/CN=idp.example.ac.jp', ''],
  ])('takes one with %s', async (_, subject, alternatives) => {
    expect(judgeKey(await issue(subject, alternatives, 'NII Open Domain CA - G7 RSA'))).toEqual([]);
  });

  test.each([
    ['another host', '/CN=x', 'DNS:www.example.com'],
    ['a wildcard over two labels', '/CN=x', 'DNS:*.jp'],
    ['a scope in the middle of a name', '/CN=x', 'DNS:example.ac.jp.evil.example'],
    ['a name that ends like a scope', '/CN=x', 'DNS:notexample.ac.jp'],
    ['the host as its common name alone, beside another DNS name', '/CN=idp.example.ac.jp', 'DNS:www.example.com'],
  ])('attack: refuses one with %s', async (_, subject, alternatives) => {
    expect(judgeKey(await issue(subject, alternatives, 'NII Open Domain CA - G7 RSA'))).toEqual([
      ['refused', 'certificate', expect.stringMatching(/neither the host/)],
    ]);
  });

  test('asks about an authority that it does not know, and advises against SHA-1', async () => {
    const found = judgeKey(await issue('/CN=x', 'DNS:idp.example.ac.jp', 'Campus CA', ['-sha1']));
    expect(found).toEqual([
      ['asked', 'certificate', expect.stringMatching(/is issued by CN=Campus CA/)],
      ['advice', 'certificate', expect.stringMatching(/is signed with SHA-1/)],
    ]);
  });
});
