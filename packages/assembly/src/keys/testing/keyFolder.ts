import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { runProgram, type TestKey, temporaryFolder, testKeys } from '@gakumon/testkit';
import type { ComingPair } from '../storeSamlKeys.ts';

/** A directory of keys as an installation begins. */
export async function makeKeyFolder(): Promise<string> {
  const folder = await temporaryFolder();
  await place(folder, 'signing', testKeys.idpSigning);
  await place(folder, 'encryption', testKeys.idpEncryption);
  return folder;
}

export async function place(folder: string, name: string, key: TestKey): Promise<void> {
  await copyFile(key.privateKeyFile, join(folder, `${name}.key`));
  await copyFile(key.certificateFile, join(folder, `${name}.crt`));
}

export function comingPair(certificate: TestKey, key: TestKey = certificate): ComingPair {
  return {
    certificatePem: Buffer.from(certificate.certificatePem),
    certificateFile: 'new.crt',
    key: { pem: Buffer.from(key.privateKeyPem), file: 'new.key' },
  };
}

/** A new certificate over a key that has one; openssl makes it. */
export async function renewCertificate({ privateKeyFile }: TestKey): Promise<Buffer> {
  const request = ['req', '-x509', '-new', '-days', '30', '-subj', '/CN=renewed.example.ac.jp', '-key', privateKeyFile];
  const { code, stdout, stderr } = await runProgram('openssl', request);
  if (code !== 0) throw new Error(`openssl: ${stderr}`);
  return Buffer.from(stdout);
}
