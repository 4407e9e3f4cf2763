import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { loadConfig } from '@gakumon/config';
import { defaultPolicy } from '@gakumon/mfa';
import { temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';
import { openDocuments } from './documents.ts';
import type { Notice } from './notice.ts';

const gakumon = (documents: string) => `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: https://idp.example.ac.jp
  scopes: [example.ac.jp]
  organization: { ja: 大学, en: University }
directory: [{ name: local, file: users.yaml }]
${documents}`;
const policy = (name: string) => `version: 1
networks: { campus: { include: [10.0.0.0/8] } }
rules: [{ name: ${name}, when: { network: { not: campus } }, require: mfa }]
`;

let folder: string;
let notices: Notice[];
beforeEach(async () => {
  folder = await temporaryFolder();
  notices = [];
  await put('users.yaml', 'version: 1\npeople: []\n');
});

const put = (name: string, text: string) => writeFile(join(folder, name), text);

async function open(documents = 'documents: { policy: policy.yaml }\n') {
  await put('gakumon.yaml', gakumon(documents));
  const config = await loadConfig(join(folder, 'gakumon.yaml'), {});
  return openDocuments(config, (notice) => void notices.push(notice));
}

describe('the policy in force', () => {
  test('without policy.yaml a second factor is asked for only where a service asks', async () => {
    expect((await open('')).policy()).toBe(defaultPolicy);
  });
  test('is swapped whole when its file changes, and a bad one leaves the last good one', async () => {
    await put('policy.yaml', policy('first'));
    const documents = await open();
    const names = () => documents.policy().rules.map(({ name }) => name);
    const before = documents.generation();
    await put('policy.yaml', policy('second-one'));
    await documents.refresh();
    expect(names()).toEqual(['second-one']);
    expect(documents.generation()).not.toBe(before);
    notices.length = 0;
    await put('policy.yaml', policy('third').replace('mfa', 'mfaa'));
    await documents.refresh();
    expect(names()).toEqual(['second-one']);
    expect(notices).toEqual([expect.objectContaining({ level: 'error' })]);
    expect(JSON.stringify(notices)).toContain(':3: rules[1].require: no requirement');
  });
  test('one that contradicts itself does not start', async () => {
    await put('policy.yaml', policy('first').replace('not: campus', 'is: campus, not: campus'));
    await expect(open()).rejects.toMatchObject({
      code: 'document-invalid',
      detail: expect.stringContaining('yaml:3: rules[1]'),
    });
  });
  test('what is probably not meant is told', async () => {
    await put('policy.yaml', 'version: 1\nrules: [{ name: all, require: mfa }]\n');
    await open();
    expect(notices).toEqual([
      expect.objectContaining({ level: 'warn', message: expect.stringMatching(/^all asks everybody/) }),
    ]);
  });
});
