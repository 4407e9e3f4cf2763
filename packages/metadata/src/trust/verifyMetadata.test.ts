import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { testKeys } from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { madeAggregate, madeEntity, signed, unsigned } from '../fixtures/madeMetadata.ts';
import { parseServiceProviders } from '../reading/parseServiceProviders.ts';
import { type MetadataTrust, verifyMetadata } from './verifyMetadata.ts';

const now = Date.parse('2024-04-08T09:00:00Z');
const day = 86_400_000;
const signer = testKeys.idpSigning;
const trust: MetadataTrust = { certificates: [signer.certificatePem], now };
const refusal = (code: string) => expect.objectContaining({ code });
const ids = ['https://one.example.org/sp', 'https://two.example.org/sp'];

let aggregate: Buffer;
beforeAll(async () => {
  aggregate = await signed(madeAggregate(ids, { validUntil: now + 14 * day }), signer);
});

describe('verifyMetadata', () => {
  test('gives back exactly what was signed, without the signature', () => {
    const { bytes } = verifyMetadata(aggregate, trust);
    expect(Buffer.from(bytes).equals(unsigned(madeAggregate(ids, { validUntil: now + 14 * day })))).toBe(true);
    expect(parseServiceProviders(bytes, 'x').serviceProviders.map(({ entityId }) => entityId)).toEqual(ids);
  });

  test('takes any of several pinned signers, also two in one PEM file, and an elliptic-curve one', async () => {
    const { stranger, idpSigningEc } = testKeys;
    const together = `${stranger.certificatePem}\n${signer.certificatePem}`;
    expect(verifyMetadata(aggregate, { ...trust, certificates: [together] })).toBeDefined();
    const byCurve = await signed(madeAggregate(ids, { validUntil: now + day }), idpSigningEc);
    const certificates = [stranger.certificatePem, idpSigningEc.certificatePem];
    expect(verifyMetadata(byCurve, { ...trust, certificates })).toBeDefined();
  });

  test('an expired signer certificate still verifies: it only holds the key', async () => {
    const { expired } = testKeys;
    const document = await signed(madeAggregate(ids, { validUntil: now + day }), expired);
    expect(verifyMetadata(document, { ...trust, certificates: [expired.certificatePem] })).toBeDefined();
  });

  test('refuses another signer, and names both certificates', () => {
    const attempt = () => verifyMetadata(aggregate, { ...trust, certificates: [testKeys.stranger.certificatePem] });
    expect(attempt).toThrow(refusal('metadata-signature'));
    expect(attempt).toThrow(
      /document's certificate has SHA-256 fingerprint (?:[0-9A-F]{2}:){31}[0-9A-F]{2}, the configured one [0-9A-F:]{95}/,
    );
  });

  test('of the right certificate but of other content says so, and shows no two fingerprints', () => {
    const changed = Buffer.from(aggregate.toString().replace('<md:EntityDescriptor ', '<md:EntityDescriptor  ID="x" '));
    const attempt = () => verifyMetadata(changed, trust);
    expect(attempt).toThrow(
      /^metadata-signature: the configured certificate [0-9A-F:]{95} is the right one; [^:]*changed/,
    );
    expect(attempt).toThrow(expect.objectContaining({ hint: expect.stringMatching(/^download it again/) }));
  });

  test('that names no certificate sends to the page of the federation', () => {
    const bare = Buffer.from(aggregate.toString().replace(/<ds:KeyInfo>.*<\/ds:KeyInfo>/s, ''));
    const attempt = () => verifyMetadata(bare, { ...trust, certificates: [testKeys.stranger.certificatePem] });
    expect(attempt).toThrow(
      expect.objectContaining({ hint: expect.stringContaining('names no certificate; look at') }),
    );
  });

  test('of a weak key says whose it is, how long, and that it is not the one of the document', () => {
    const weak = readFileSync(join(import.meta.dirname, '../fixtures/weak-signer.pem'), 'utf8');
    expect(() => verifyMetadata(aggregate, { ...trust, certificates: [weak] })).toThrow(
      /configured certificate .*[0-9A-F:]{95}: the key is too weak: RSA with 1024 bits; the document's certificate has/,
    );
  });

  test('refuses what nobody signed', () => {
    const document = unsigned(madeAggregate(ids, { validUntil: now + day }));
    expect(() => verifyMetadata(document, trust)).toThrow(refusal('metadata-signature'));
  });

  test('refuses a signature on a part: what stands around it is not signed', async () => {
    const part = (await signed(madeAggregate(ids, { validUntil: now + day }), signer)).toString();
    const evil = unsigned(madeEntity('https://evil.example/sp')).toString();
    const group = `<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata" validUntil="2024-04-09T00:00:00Z">${evil}${part}</md:EntitiesDescriptor>`;
    expect(() => verifyMetadata(Buffer.from(group), trust)).toThrow(refusal('metadata-signature'));
  });

  test('refuses an entity that was slipped in', () => {
    const evil = unsigned(madeEntity('https://evil.example/sp')).toString();
    const document = aggregate.toString().replace('</md:EntitiesDescriptor>', `${evil}</md:EntitiesDescriptor>`);
    expect(() => verifyMetadata(Buffer.from(document), trust)).toThrow(refusal('metadata-signature'));
  });

  test('refuses a validUntil that was moved', () => {
    const document = aggregate.toString().replace('validUntil="2024-04-22', 'validUntil="2034-04-22');
    expect(() => verifyMetadata(Buffer.from(document), trust)).toThrow(refusal('metadata-signature'));
  });

  test('refuses a PEM file without a certificate in it', () => {
    for (const certificate of [
      '',
      signer.privateKeyPem,
      '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----',
    ]) {
      expect(() => verifyMetadata(aggregate, { ...trust, certificates: [certificate] })).toThrow(
        refusal('key-invalid'),
      );
    }
  });
});

describe('validUntil of signed metadata', () => {
  test('must be there: without it an old copy could be replayed for ever', async () => {
    const document = await signed(madeAggregate(ids), signer);
    expect(() => verifyMetadata(document, trust)).toThrow(refusal('metadata-validity'));
  });

  test('must not be over', () => {
    const at = (moment: number) => () => verifyMetadata(aggregate, { ...trust, now: moment });
    expect(at(now + 14 * day - 1)).not.toThrow();
    expect(at(now + 14 * day)).toThrow(refusal('metadata-expired'));
  });

  test('must not lie further ahead than the federation allows; no bound was set is no bound', () => {
    const within = (maxValidity: number) => () => verifyMetadata(aggregate, { ...trust, maxValidity });
    expect(within(14 * day)).not.toThrow();
    expect(within(14 * day - 1)).toThrow(refusal('metadata-validity'));
    expect(() => verifyMetadata(aggregate, trust)).not.toThrow();
  });
});
