import { generateKeyPairSync } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type TestKey, temporaryFolder, testKeys } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { readKeyPair } from './keyPair.ts';
import { signingKeyOf } from './signingKey.ts';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  await mkdir(folder, { recursive: true });
});

async function place(key: TestKey, certificate: TestKey = key): Promise<void> {
  await copyFile(key.privateKeyFile, join(folder, 'signing.key'));
  await copyFile(certificate.certificateFile, join(folder, 'signing.crt'));
}

describe('a key pair', () => {
  test('is read, and signs by the algorithm of its kind', async () => {
    await place(testKeys.idpSigning);
    const pair = await readKeyPair(folder, 'signing');
    expect(signingKeyOf(pair)).toMatchObject({
      algorithm: 'rsa-sha256',
      certificate: testKeys.idpSigning.certificate,
    });
    await place(testKeys.idpSigningEc);
    expect(signingKeyOf(await readKeyPair(folder, 'signing')).algorithm).toBe('ecdsa-sha256');
  });

  test('that is not there is named by its path', async () => {
    await expect(readKeyPair(folder, 'signing')).rejects.toMatchObject({
      code: 'key-missing',
      detail: `${join(folder, 'signing.key')} is missing`,
      hint: expect.stringMatching(/^restore it from the backup/),
    });
  });

  test('whose certificate is another key’s is refused: SPs would trust a key that never signs', async () => {
    await place(testKeys.idpSigning, testKeys.stranger);
    await expect(readKeyPair(folder, 'signing')).rejects.toMatchObject({ code: 'key-invalid' });
  });

  test('that cannot be parsed is refused without a word of what is in the file', async () => {
    await place(testKeys.idpSigning);
    await writeFile(join(folder, 'signing.key'), 'hunter2');
    const reason = await readKeyPair(folder, 'signing').catch((error: unknown) => error);
    expect(reason).toMatchObject({ code: 'key-invalid', cause: undefined });
    expect(String(reason)).not.toMatch(/hunter2/);
  });

  test('of a certificate that expired is taken: a federation goes by the key', async () => {
    await place(testKeys.expired);
    expect((await readKeyPair(folder, 'signing')).certificate.validToDate.getTime()).toBeLessThan(Date.now());
  });

  test.each([
    ['a short RSA key', () => generateKeyPairSync('rsa', { modulusLength: 1024 })],
    ['a curve that SAML software does not know', () => generateKeyPairSync('ec', { namedCurve: 'secp256k1' })],
    ['a kind of key that XML Signature has no name for', () => generateKeyPairSync('ed25519')],
  ])('%s is refused', async (_, generate) => {
    await place(testKeys.idpSigning);
    const pem = generate().privateKey.export({ type: 'pkcs8', format: 'pem' });
    await writeFile(join(folder, 'signing.key'), pem);
    await expect(readKeyPair(folder, 'signing')).rejects.toMatchObject({ code: 'key-invalid' });
  });
});
