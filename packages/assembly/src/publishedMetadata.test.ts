import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@gakumon/config';
import { buildIdpMetadata } from '@gakumon/metadata';
import { writeCanonical } from '@gakumon/saml';
import { nameIdFormats } from '@gakumon/terms';
import { temporaryFolder, testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { metadataSettings } from './publishedMetadata.ts';

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
  const keys = [{ certificate: testKeys.idpSigning.certificate }];
  const xml = writeCanonical(buildIdpMetadata(metadataSettings(await loadConfig(file, {}), keys, 0)));
  const offered = [...xml.matchAll(/<md:NameIDFormat>([^<]*)</g)].map(([, format]) => format);
  expect(offered).toEqual([nameIdFormats.transient, nameIdFormats.persistent, nameIdFormats.emailAddress]);
});
