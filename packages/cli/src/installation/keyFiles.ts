import { randomBytes } from 'node:crypto';
import { createSelfSigned, type SelfSigned } from '@gakumon/certificates';
import type { NewFile } from './newFiles.ts';

/** Ten years: federations pin the key, and changing it is work for every SP. */
const certificateDays = 3650;

/** Where `makeKeyFiles` puts what it makes. */
export const keyPaths: readonly string[] = [
  'certs/signing.key',
  'certs/signing.crt',
  'certs/encryption.key',
  'certs/encryption.crt',
  'certs/sealing.key',
  'certs/persistent-id.salt',
];

/** Makes a key to sign or to decrypt with, and its certificate. */
export function makeKeyFile(options: { commonName: string; now: number; keyBits?: number }): Promise<SelfSigned> {
  return createSelfSigned({ ...options, days: certificateDays });
}

/**
 * Makes everything secret that an IdP needs: keys to sign and to decrypt with, what attempts are sealed with, and the
 * salt of persistent identifiers.
 * @param options.now milliseconds
 */
export async function makeKeyFiles(options: {
  commonName: string;
  now: number;
  keyBits?: number;
}): Promise<readonly NewFile[]> {
  const [signing, encryption] = await Promise.all([makeKeyFile(options), makeKeyFile(options)]);
  return [
    { path: 'certs/signing.key', content: signing.privateKeyPem, secret: true },
    { path: 'certs/signing.crt', content: signing.certificatePem },
    { path: 'certs/encryption.key', content: encryption.privateKeyPem, secret: true },
    { path: 'certs/encryption.crt', content: encryption.certificatePem },
    { path: 'certs/sealing.key', content: `${randomBytes(32).toString('base64')}\n`, secret: true },
    { path: 'certs/persistent-id.salt', content: `${randomBytes(32).toString('base64')}\n`, secret: true },
  ];
}
