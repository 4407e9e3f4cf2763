import { X509Certificate } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@gakumon/config';
import { buildIdpMetadata } from '@gakumon/metadata';
import { writeCanonical } from '@gakumon/saml';
import { nameIdFormats } from '@gakumon/terms';
import { temporaryFolder, testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import type { KeyPair } from './keyPair.ts';
import { metadataSettings } from './publishedMetadata.ts';

const pairOf = ({ privateKey, certificatePem }: (typeof testKeys)['idpSigning']): KeyPair => ({
  privateKey,
  certificate: new X509Certificate(certificatePem),
  keyFile: 'a.key',
  certificateFile: 'a.crt',
});

test('our own metadata offers every NameID format that is made, the transient one first', async () => {
  const file = join(await temporaryFolder(), 'gakumon.yaml');
  await writeFile(
    file,
    `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
directory: [{ name: local, file: users.yaml }]
`,
  );
  const keys = { signing: pairOf(testKeys.idpSigning), encryption: pairOf(testKeys.idpEncryption) };
  const xml = writeCanonical(buildIdpMetadata(metadataSettings(await loadConfig(file, {}), keys)));
  const offered = [...xml.matchAll(/<md:NameIDFormat>([^<]*)</g)].map(([, format]) => format);
  expect(offered).toEqual([nameIdFormats.transient, nameIdFormats.persistent, nameIdFormats.emailAddress]);
});
