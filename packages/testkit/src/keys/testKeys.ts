import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A key pair that everybody knows, with its self-signed certificate. For tests only; nothing else may ever trust it. */
export type TestKey = {
  readonly privateKey: KeyObject;
  readonly publicKey: KeyObject;
  /** The certificate, base64 DER on one line. */
  readonly certificate: string;
  readonly certificatePem: string;
  readonly privateKeyPem: string;
  /** Where the two PEM files are. */
  readonly certificateFile: string;
  readonly privateKeyFile: string;
};

function load(name: string): TestKey {
  const certificateFile = join(import.meta.dirname, `${name}.certificate.pem`);
  const privateKeyFile = join(import.meta.dirname, `${name}.key.pem`);
  const certificatePem = readFileSync(certificateFile, 'utf8');
  const privateKeyPem = readFileSync(privateKeyFile, 'utf8');
  const certificate = new X509Certificate(certificatePem);
  return {
    privateKey: createPrivateKey(privateKeyPem),
    publicKey: certificate.publicKey,
    certificate: certificate.raw.toString('base64'),
    certificatePem,
    privateKeyPem,
    certificateFile,
    privateKeyFile,
  };
}

/** RSA-2048 unless the name says `Ec` (P-256). `expired` has a certificate that ended in 2011; all others last to 2124 or so. */
export const testKeys = {
  idpSigning: load('idp-signing'),
  idpEncryption: load('idp-encryption'),
  spSigning: load('sp-signing'),
  spEncryption: load('sp-encryption'),
  /** Belongs to nobody in the tests: what it signs must be refused. */
  stranger: load('stranger'),
  expired: load('expired'),
  idpSigningEc: load('idp-signing-ec'),
  spSigningEc: load('sp-signing-ec'),
} as const;
