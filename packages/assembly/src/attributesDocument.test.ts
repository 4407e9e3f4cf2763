import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { noRecipes } from '@gakumon/attributes';
import { loadConfig } from '@gakumon/config';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { openDocuments } from './documents.ts';
import type { Notice } from './notice.ts';
import { listDocumentPlans } from './published/documentPlans.ts';

const hash = `$scrypt$ln=15,r=8,p=3$${'A'.repeat(22)}$${'B'.repeat(43)}`;
const gakumon = (documents: string) => `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 大学, en: University }
directory: [{ name: local, file: users.yaml }]
${documents}`;

let folder: string;
let notices: Notice[];
beforeEach(async () => {
  folder = await temporaryFolder();
  notices = [];
  await put(
    'users.yaml',
    `version: 1\npeople: [{ username: hanako, passwordHash: '${hash}', attributes: { cn: Hanako, colour: red } }]\n`,
  );
});

const put = (name: string, text: string) => writeFile(join(folder, name), text);
const recipes = (line: string) => put('attributes.yaml', `version: 1\nattributes:\n  ${line}\n`);

async function configOf(documents = 'documents: { attributes: attributes.yaml }\n') {
  await put('gakumon.yaml', gakumon(documents));
  return loadConfig(join(folder, 'gakumon.yaml'), {});
}
const open = async (documents?: string) =>
  openDocuments(await configOf(documents), (notice) => void notices.push(notice));

describe('attributes.yaml in force', () => {
  test('without one, attributes are as the directories have them', async () => {
    expect((await open('')).recipes()).toBe(noRecipes);
    expect(listDocumentPlans(await configOf('')).map(({ name }) => name)).toEqual(['people local']);
  });

  test('is swapped whole when its file changes, and a bad one leaves the last good one', async () => {
    await recipes('displayName: cn');
    const documents = await open();
    const before = documents.generation();
    expect(documents.recipes().recipes).toEqual({ displayName: { kind: 'direct', from: 'cn' } });
    await recipes('givenName: cn');
    await documents.refresh();
    expect(Object.keys(documents.recipes().recipes)).toEqual(['givenName']);
    expect(documents.generation()).not.toBe(before);
    notices.length = 0;
    await recipes('givenname: cn');
    await documents.refresh();
    expect(Object.keys(documents.recipes().recipes)).toEqual(['givenName']);
    expect(notices).toEqual([expect.objectContaining({ level: 'error' })]);
    expect(JSON.stringify(notices)).toContain(':3: attributes.givenname: no attribute is called');
  });

  test('is shared between the nodes like the others', async () => {
    await recipes('displayName: cn');
    expect((await open()).list().map(({ name }) => name)).toEqual(['people local', 'attributes']);
    expect(listDocumentPlans(await configOf()).map(({ name }) => name)).toEqual(['people local', 'attributes']);
  });

  test('a bad one does not start', async () => {
    await recipes('displayName: { form: cn }');
    await expect(open()).rejects.toMatchObject({ code: 'document-invalid' });
  });

  test('what it reads of people is read; what is probably not meant is told', async () => {
    await recipes('eduPersonPrincipalName: { scoped: cn, scope: other.ac.jp }');
    await open();
    expect(notices.map(({ message, fields }) => `${message} ${fields?.attribute ?? ''}`)).toEqual([
      expect.stringMatching(/^eduPersonPrincipalName.scope: .*not in a scope of this IdP/),
      'nothing reads this attribute colour',
    ]);
  });
});
