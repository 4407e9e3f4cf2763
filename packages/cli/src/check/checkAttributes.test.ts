import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@gakumon/config';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { checkDocuments } from './checkDocuments.ts';

const hash = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'B'.repeat(43)}`;

/** What `check` says of an installation with this attributes.yaml, of the person's attributes and of the recipes. */
async function check(attributes: string): Promise<string[]> {
  const folder = await temporaryFolder();
  const put = (name: string, text: string) => writeFile(join(folder, name), text);
  await put('attributes.yaml', `version: 1\nattributes:\n${attributes}`);
  await put(
    'users.yaml',
    `version: 1\npeople: [{ username: hanako, passwordHash: '${hash}', attributes: { uid: hanako, colour: red } }]\n`,
  );
  await put(
    'gakumon.yaml',
    `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 大学, en: University }
directory: [{ name: local, file: users.yaml }]
documents: { attributes: attributes.yaml }
`,
  );
  const config = await loadConfig(join(folder, 'gakumon.yaml'), {});
  const findings = await checkDocuments(config, undefined, [], { enrolled: undefined, now: Date.now() });
  return findings
    .filter(({ about }) => about === 'directory' || about === 'document')
    .map(({ level, message }) => `${level} ${message.replaceAll(`${folder}/`, '')}`);
}

test('what recipes read is read; what they read and nobody has is told, and so are scopes that are not ours', async () => {
  expect(
    await check(`  eduPersonPrincipalName: { scoped: uid, scope: other.ac.jp }
  displayName: { first: [Colour, cn] }
  eduPersonAssurance: { static: ['urn:x:y', 'https://www.gakunin.jp/profile/IAL2'] }
`),
  ).toEqual([
    'ok local: 1 person',
    'warn users.yaml: nothing reads the attribute "colour" (of hanako, for one)',
    'ok attributes.yaml: 3 recipes',
    'warn attributes.yaml: eduPersonPrincipalName.scope: what is put in other.ac.jp is not in a scope of this IdP (idp.scopes), so it is never sent',
    'warn attributes.yaml: displayName: reads "Colour", which nobody has; perhaps colour',
    'warn attributes.yaml: displayName: reads "cn", which nobody has',
    expect.stringMatching(
      /^warn attributes.yaml: eduPersonAssurance.static\[2]: only an IdP that GakuNin has certified/,
    ),
  ]);
});

test('one that cannot be read fails, and the rest is looked at all the same', async () => {
  expect(await check('  displayname: uid\n')).toEqual([
    'ok local: 1 person',
    expect.stringMatching(/^warn users.yaml: nothing reads the attribute "uid"/),
    expect.stringMatching(/^warn users.yaml: nothing reads the attribute "colour"/),
    expect.stringMatching(/^fail .*displayname: no attribute is called "displayname"; perhaps displayName/s),
  ]);
});
