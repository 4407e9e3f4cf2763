import { testKeys } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { describeServiceProvider } from '../describeServiceProvider.ts';
import { madeAggregate, madeEntity, signed, unsigned } from '../fixtures/madeMetadata.ts';
import { readFixture } from '../fixtures/readFixture.ts';
import { acceptMetadata, type SourceTrust } from './acceptMetadata.ts';

const now = Date.parse('2024-04-08T09:00:00Z');
const hour = 3_600_000;
const asItIs: SourceTrust = { certificates: [], unsigned: true };
const refusal = (code: string) => expect.objectContaining({ code });

describe('acceptMetadata', () => {
  test('takes an unsigned document when the operator says so, as it is', () => {
    const document = unsigned(madeEntity('https://sp.example.org/sp'));
    const accepted = acceptMetadata(document, 'x', asItIs, now);
    expect(accepted.bytes).toBe(document);
    expect(accepted.serviceProviders).toHaveLength(1);
  });

  test('refuses to guess: neither a signer nor "unsigned"', () => {
    const trust = { certificates: [], unsigned: false };
    const document = unsigned(madeEntity('https://sp.example.org/sp'));
    expect(() => acceptMetadata(document, 'x', trust, now)).toThrow(refusal('metadata-trust-undecided'));
  });

  test('with a signer the signature counts, whatever "unsigned" says', () => {
    const trust = { certificates: [testKeys.idpSigning.certificatePem], unsigned: true };
    const document = unsigned(madeEntity('https://sp.example.org/sp'));
    expect(() => acceptMetadata(document, 'x', trust, now)).toThrow(refusal('metadata-signature'));
  });

  test('reads of a signed document only the bytes that were hashed, and those can be kept', async () => {
    const trust = { certificates: [testKeys.idpSigning.certificatePem], unsigned: false };
    const group = madeAggregate(['https://sp.example.org/sp'], { validUntil: now + hour });
    const accepted = acceptMetadata(await signed(group, testKeys.idpSigning), 'x', trust, now);
    expect(Buffer.from(accepted.bytes).equals(unsigned(group))).toBe(true);
    const again = acceptMetadata(accepted.bytes, 'x', asItIs, now);
    expect(again.serviceProviders).toEqual(accepted.serviceProviders);
  });

  test('warns of a signer whose certificate has expired', async () => {
    const trust = { certificates: [testKeys.expired.certificatePem], unsigned: false };
    const group = madeAggregate(['https://sp.example.org/sp'], { validUntil: now + hour });
    const { warnings } = acceptMetadata(await signed(group, testKeys.expired), 'federation', trust, now);
    expect(warnings).toEqual([
      {
        source: 'federation',
        entityId: undefined,
        message: expect.stringMatching(/^the certificate of the signer .* expired on 20\d\d-/),
      },
    ]);
  });

  test('refuses what has expired, signed or not', () => {
    const document = unsigned(madeAggregate(['https://sp.example.org/sp'], { validUntil: now }));
    expect(() => acceptMetadata(document, 'x', asItIs, now)).toThrow(refusal('metadata-expired'));
  });

  test('refuses a document in which there is nobody to answer', () => {
    expect(() => acceptMetadata(unsigned(madeAggregate([])), 'x', asItIs, now)).toThrow(refusal('metadata-empty'));
  });

  test('says why nobody is left', () => {
    const entity = unsigned(madeEntity('https://sp.example.org/sp')).toString();
    const unusable = Buffer.from(entity.replaceAll(/Location="[^"]*"/g, 'Location="javascript:alert(1)"'));
    expect(() => acceptMetadata(unusable, 'x', asItIs, now)).toThrow(
      /^metadata-empty: x: "https:\/\/sp\.example\.org\/sp": .*"javascript:alert\(1\)" is refused/,
    );
  });
});

test('describes a service provider in the shape that scripts read', () => {
  const { serviceProviders } = acceptMetadata(readFixture('gakunin-like-sp.xml'), 'federation', asItIs, now);
  expect(serviceProviders.map(describeServiceProvider)).toEqual([
    {
      entityID: 'https://lab.example.ac.jp/shibboleth-sp',
      acs: [
        'https://old.lab.example.ac.jp/Shibboleth.sso/SAML2/POST',
        'https://lab.example.ac.jp/Shibboleth.sso/SAML2/POST',
      ],
      certs: [expect.stringMatching(/^[0-9a-f]{64}$/), expect.any(String), expect.any(String)],
      categories: [
        'http://refeds.org/category/research-and-scholarship',
        'https://refeds.org/category/code-of-conduct/v2',
      ],
      source: 'federation',
    },
  ]);
});
