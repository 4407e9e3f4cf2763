import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, expect, test } from '@jest/globals';
import { createSelfSigned } from './selfSigned.ts';

const now = Date.UTC(2026, 3, 1);

describe('a self-signed certificate', () => {
  test('carries the public half of its key, and signs itself', async () => {
    const made = await createSelfSigned({ commonName: 'idp.example.ac.jp', days: 30, now });
    const certificate = new X509Certificate(made.certificatePem);
    expect(certificate.checkPrivateKey(createPrivateKey(made.privateKeyPem))).toBe(true);
    expect(certificate.verify(certificate.publicKey)).toBe(true);
    expect(certificate.publicKey.asymmetricKeyDetails?.modulusLength).toBe(2048);
    expect(certificate.subject).toBe('CN=idp.example.ac.jp');
  });

  test('is good from a little before now for as many days as were asked for', async () => {
    const made = await createSelfSigned({ commonName: 'x', days: 30, now });
    const certificate = new X509Certificate(made.certificatePem);
    expect(new Date(certificate.validFrom).getTime()).toBe(now - 3_600_000);
    expect(new Date(certificate.validTo).getTime()).toBe(now + 30 * 86_400_000);
  });

  test('takes a name that would be several in a distinguished name as one', async () => {
    const made = await createSelfSigned({ commonName: 'a, O=Evil+CN="大学"', days: 1, now });
    const certificate = new X509Certificate(made.certificatePem);
    expect(certificate.toLegacyObject().subject).toEqual({ CN: 'a, O=Evil+CN="大学"' });
  });

  test('makes a longer key when asked', async () => {
    const made = await createSelfSigned({ commonName: 'x', days: 1, now, keyBits: 3072 });
    expect(new X509Certificate(made.certificatePem).publicKey.asymmetricKeyDetails?.modulusLength).toBe(3072);
  });

  test('never gives two certificates one serial number', async () => {
    const [a, b] = await Promise.all([
      createSelfSigned({ commonName: 'x', days: 1, now }),
      createSelfSigned({ commonName: 'x', days: 1, now }),
    ]);
    expect(new X509Certificate(a.certificatePem).serialNumber).not.toBe(
      new X509Certificate(b.certificatePem).serialNumber,
    );
  });
});
