import type { Config } from '@gakumon/config';
import { defaultServiceProviderSettings } from '@gakumon/idp';
import { noFilter, parseServiceProviders } from '@gakumon/metadata';
import { pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { cipherOfSource, previewEncryption, toServiceProviderSettings } from './serviceProviderSettings.ts';

const source = {
  origin: { kind: 'file', path: '/a.xml' },
  signers: [],
  unsigned: true,
  allowSha1: false,
  maxValidity: undefined,
  filter: noFilter,
  mayAssert: [],
  refresh: 0,
  guard: { mostLost: 1 },
} as const;
const config: Pick<Config, 'metadata'> = {
  metadata: {
    cache: '/cache',
    sources: [
      { ...source, name: 'old', encryption: 'cbc' },
      { ...source, name: 'new', encryption: 'gcm' },
      { ...source, name: 'plain', encryption: undefined },
    ],
  },
};

describe('settings', () => {
  const entityId = 'https://sp.example.org/';
  test('what is not said is as usual', () => {
    expect(toServiceProviderSettings({ entityId })).toEqual(defaultServiceProviderSettings);
    expect(toServiceProviderSettings(undefined)).toEqual(defaultServiceProviderSettings);
  });
  test('every key that is said counts, the falsy ones too', () => {
    const said = {
      signResponse: false,
      signAssertion: true,
      encryption: 'never' as const,
      encryptionKey: 'ab'.repeat(32),
      cipher: 'aes256-cbc' as const,
      assertionLifetime: 60_000,
      sessionLifetime: 90_000,
      skew: 0,
      attributes: { mail: { name: 'urn:example:mail' } },
      subjectLocality: true,
      assuranceAttribute: true,
    };
    const nameId = ['urn:oasis:names:tc:SAML:1.1:nameid-format:emailAddress'];
    const settings = toServiceProviderSettings({ entityId, reason: 'old software', nameId, ...said });
    expect(settings).toEqual({ ...said, nameIdFormats: nameId });
  });
});

test('a source has the cipher of its configuration; one that is unknown has none', () => {
  const cipherOf = cipherOfSource(config);
  expect(['old', 'new', 'plain', 'loaded by hand'].map(cipherOf)).toEqual([
    'aes128-cbc',
    'aes128-gcm',
    undefined,
    undefined,
  ]);
});

test('the preview of the encryption is what an answer would have', () => {
  const metadata = Buffer.from(pretendSp({ encryptionMethods: [] }).metadata());
  const [serviceProvider] = parseServiceProviders(metadata, 'old').serviceProviders;
  if (serviceProvider === undefined) throw new Error('no SP');
  expect(previewEncryption(config, serviceProvider, undefined)).toMatchObject({ cipher: 'aes128-cbc' });
  const { entityId } = serviceProvider;
  expect(previewEncryption(config, serviceProvider, { entityId, encryption: 'never' })).toEqual({ kind: 'clear' });
});
