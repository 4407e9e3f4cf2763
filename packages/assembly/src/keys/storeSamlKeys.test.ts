import { chmod, chown, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describeWith, testKeys } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { activateNextKey, addNextKey, retireKeys } from './changeSamlKeys.ts';
import { readSamlKeyList, readSamlKeys, samlKeyListName } from './readSamlKeys.ts';
import { changeSamlKeyList, storeNextKey } from './storeSamlKeys.ts';
import { comingPair, makeKeyFolder, renewCertificate } from './testing/keyFolder.ts';

const { idpSigning, idpSigningEc, idpEncryption, stranger, spSigning } = testKeys;
const now = Date.parse('2026-04-08T09:00:00Z');
const force = { now, force: true };

let folder: string;
beforeEach(async () => {
  folder = await makeKeyFolder();
});

const read = async () => readSamlKeys(folder, await readSamlKeyList(folder));
const published = async () => (await read()).published.map(({ use, certificate }) => [use, certificate]);

describe('storing the next key', () => {
  test('publishes it behind the current one; activating turns the order, retiring takes the former one out', async () => {
    await storeNextKey(folder, 'signing', comingPair(stranger), now);
    const encryption = ['encryption', idpEncryption.certificate];
    const [old, fresh] = [idpSigning, stranger].map(({ certificate }) => ['signing', certificate]);
    expect(await published()).toEqual([old, fresh, encryption]);
    expect((await read()).signingKey.certificate).toBe(idpSigning.certificate);
    await changeSamlKeyList(folder, (list) => activateNextKey(list, 'signing', force));
    expect(await published()).toEqual([fresh, old, encryption]);
    expect((await read()).signingKey.certificate).toBe(stranger.certificate);
    await changeSamlKeyList(folder, (list) => retireKeys(list, 'signing', { state: 'former', now }));
    expect(await published()).toEqual([fresh, encryption]);
  });

  test('a key to decrypt with opens from the first moment to the last', async () => {
    const opens = async () =>
      (await read()).decryptionKeys.map((key) =>
        [idpEncryption, stranger].findIndex(({ privateKey }) => privateKey.equals(key)),
      );
    await storeNextKey(folder, 'encryption', comingPair(stranger), now);
    expect(await opens()).toEqual([0, 1]);
    await changeSamlKeyList(folder, (list) => activateNextKey(list, 'encryption', force));
    expect(await opens()).toEqual([1, 0]);
    await changeSamlKeyList(folder, (list) => retireKeys(list, 'encryption', { state: 'former', now }));
    expect(await opens()).toEqual([1, 0]);
    await rm(join(folder, 'encryption.key'));
    expect(await opens()).toEqual([1]);
    expect((await read()).troubles).toEqual([]);
  });

  test.each([
    [
      'a certificate of another key',
      'signing' as const,
      comingPair(stranger, spSigning),
      /new\.crt is not the certificate of new\.key/,
    ],
    [
      'the certificate that is published already',
      'signing' as const,
      comingPair(idpSigning),
      /of the current signing key already/,
    ],
    [
      'a curve to decrypt with, which RSA-OAEP cannot use',
      'encryption' as const,
      comingPair(idpSigningEc),
      /must be RSA/,
    ],
    [
      'what is no certificate',
      'signing' as const,
      { ...comingPair(stranger), certificatePem: Buffer.from('x') },
      /is not a PEM certificate/,
    ],
    [
      'a certificate alone, of no key that is here',
      'signing' as const,
      { ...comingPair(stranger), key: undefined },
      /of no signing key that is here/,
    ],
  ])('%s is refused, and nothing changes', async (_, use, pair, detail) => {
    const before = await readdir(folder);
    await expect(storeNextKey(folder, use, pair, now)).rejects.toMatchObject({
      code: 'key-invalid',
      detail: expect.stringMatching(detail),
    });
    expect(await readdir(folder)).toEqual(before);
  });

  test('an elliptic curve may follow RSA for signing', async () => {
    await storeNextKey(folder, 'signing', comingPair(idpSigningEc), now);
    await changeSamlKeyList(folder, (list) => activateNextKey(list, 'signing', force));
    expect((await read()).signingKey.algorithm).toBe('ecdsa-sha256');
  });

  test('race: of several at once one is published, whole, and the others are refused', async () => {
    const keys = [stranger, spSigning, idpSigningEc, stranger];
    const done = await Promise.allSettled(keys.map((key) => storeNextKey(folder, 'signing', comingPair(key), now)));
    expect(done.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const refused = done.flatMap((one) => (one.status === 'rejected' ? [one.reason] : []));
    expect(refused).toEqual(keys.slice(1).map(() => expect.objectContaining({ code: 'key-in-use' })));
    expect((await published()).filter(([use]) => use === 'signing')).toHaveLength(2);
    // The list, the two pairs of the beginning, and the one that came.
    expect(await readdir(folder)).toHaveLength(7);
  });

  test('killed before the list was changed: the old keys hold, and the next attempt goes through', async () => {
    const stored = await storeNextKey(folder, 'signing', comingPair(stranger), now);
    const left = stored.certificateFile.replace('.crt', '.key');
    await rm(join(folder, samlKeyListName));
    await writeFile(join(folder, left), 'half of a k');
    expect(await published()).toHaveLength(2);
    await storeNextKey(folder, 'signing', comingPair(stranger), now);
    expect(await readFile(join(folder, left), 'utf8')).toBe(stranger.privateKeyPem);
    expect((await read()).troubles).toEqual([]);
  });

  test('its files belong to whom the signing key belongs to, and nobody else reads the key', async () => {
    if (process.getuid?.() === 0) await chown(join(folder, 'signing.key'), 12_345, 12_346);
    await chmod(join(folder, 'signing.key'), 0o640);
    const { uid, gid } = await stat(join(folder, 'signing.key'));
    const stored = await storeNextKey(folder, 'signing', comingPair(stranger), now);
    const key = await stat(join(folder, stored.certificateFile.replace('.crt', '.key')));
    expect({ uid: key.uid, gid: key.gid, mode: key.mode & 0o777 }).toEqual({ uid, gid, mode: 0o640 });
    expect(await stat(join(folder, samlKeyListName))).toMatchObject({ uid, gid });
  });

  test('a next pair whose files went bad is not activated: no server would start again', async () => {
    const { certificateFile } = await storeNextKey(folder, 'signing', comingPair(stranger), now);
    await writeFile(join(folder, certificateFile.replace('.crt', '.key')), stranger.certificatePem);
    const activated = changeSamlKeyList(folder, (list) => activateNextKey(list, 'signing', force));
    await expect(activated).rejects.toMatchObject({ code: 'key-invalid' });
    expect((await read()).signingKey.certificate).toBe(idpSigning.certificate);
    await changeSamlKeyList(folder, (list) => retireKeys(list, 'signing', { state: 'next', now }));
    expect((await read()).troubles).toEqual([]);
  });

  test('a change that fails leaves the list as it was', async () => {
    await storeNextKey(folder, 'signing', comingPair(stranger), now);
    const before = await readFile(join(folder, samlKeyListName), 'utf8');
    const again = { use: 'signing', key: 'a', certificate: 'b' } as const;
    await expect(changeSamlKeyList(folder, (list) => addNextKey(list, again))).rejects.toMatchObject({
      code: 'key-in-use',
    });
    expect(await readFile(join(folder, samlKeyListName), 'utf8')).toBe(before);
  });
});

describeWith(['openssl'], 'a certificate that is renewed', () => {
  test('over the same key is published beside the present one and needs no other key', async () => {
    const certificatePem = await renewCertificate(idpSigning);
    const stored = await storeNextKey(folder, 'signing', { certificatePem, certificateFile: 'r.crt' }, now);
    const renewed = stored.certificate.raw.toString('base64');
    expect((await published()).map(([, certificate]) => certificate)).toEqual([
      idpSigning.certificate,
      renewed,
      idpEncryption.certificate,
    ]);
    await changeSamlKeyList(folder, (list) => activateNextKey(list, 'signing', force));
    const { signingKey } = await read();
    expect(signingKey.certificate).toBe(renewed);
    expect(signingKey.privateKey.equals(idpSigning.privateKey)).toBe(true);
    expect((await readdir(folder)).filter((name) => name.endsWith('.key'))).toEqual(['encryption.key', 'signing.key']);
  });

  test('of a key to decrypt with is one key', async () => {
    const certificatePem = await renewCertificate(idpEncryption);
    await storeNextKey(folder, 'encryption', { certificatePem, certificateFile: 'r.crt' }, now);
    expect((await read()).decryptionKeys).toHaveLength(1);
  });
});
