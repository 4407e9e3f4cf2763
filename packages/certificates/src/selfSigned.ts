import { randomBytes } from 'node:crypto';
import { hours } from '@gakumon/terms';

export type SelfSigned = { readonly privateKeyPem: string; readonly certificatePem: string };

const day = hours(24);

/**
 * Makes an RSA key and a certificate that carries it. In a SAML federation the certificate is only the key's container
 * in metadata, and nobody asks who issued it; 2048 bits is what the field runs on, and each signature costs CPU time.
 * @param options.days how long the certificate says it is good for
 * @param options.now milliseconds; the certificate begins one hour earlier, for clocks that are behind
 */
export async function createSelfSigned(options: {
  commonName: string;
  days: number;
  now: number;
  keyBits?: number;
}): Promise<SelfSigned> {
  // Loaded on first use: a server that has its keys never pays for it. The library needs the first import before it.
  await import('reflect-metadata');
  const { X509CertificateGenerator, KeyUsagesExtension, KeyUsageFlags, Name } = await import('@peculiar/x509');
  const algorithm = {
    name: 'RSASSA-PKCS1-v1_5',
    hash: 'SHA-256',
    modulusLength: options.keyBits ?? 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const keys = await crypto.subtle.generateKey(algorithm, true, ['sign', 'verify']);
  const certificate = await X509CertificateGenerator.createSelfSigned(
    {
      serialNumber: randomSerialNumber(),
      // As an object: a plain string would be parsed for quotes.
      name: new Name([{ CN: [{ utf8String: options.commonName }] }]),
      notBefore: new Date(options.now - hours(1)),
      notAfter: new Date(options.now + options.days * day),
      signingAlgorithm: algorithm,
      keys,
      extensions: [new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment)],
    },
    crypto,
  );
  const pkcs8 = Buffer.from(await crypto.subtle.exportKey('pkcs8', keys.privateKey));
  return { privateKeyPem: toPem('PRIVATE KEY', pkcs8), certificatePem: `${certificate.toString('pem')}\n` };
}

/** A positive, non-zero INTEGER of at most 20 octets (RFC 5280, 4.1.2.2). */
function randomSerialNumber(): string {
  const bytes = randomBytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x3f) | 0x40;
  return bytes.toString('hex');
}

function toPem(label: string, der: Buffer): string {
  const lines = der.toString('base64').match(/.{1,64}/g) ?? [];
  return `-----BEGIN ${label}-----\n${lines.join('\n')}\n-----END ${label}-----\n`;
}
