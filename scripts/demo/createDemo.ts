import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createSelfSigned } from '@gakumon/certificates';
import {
  demoPolicyText,
  installationFiles,
  makeKeyFiles,
  metadataFolder,
  type NewFile,
  writeNewFiles,
} from '@gakumon/cli';
import { hashPassword } from '@gakumon/directory';
import { demoPassword, demoPeople } from './people.ts';
import { spKeyFiles } from './spKeyFiles.ts';

/**
 * Writes everything that the demonstration needs, beside its place and then all at once: an interrupted first start
 * leaves nothing that the second would take for whole.
 * @param folder must not exist yet
 * @returns the paths of what was made, relative to the folder
 */
export async function createDemo(folder: string): Promise<readonly string[]> {
  const draft = `${folder}.draft-${process.pid}`;
  await mkdir(dirname(folder), { recursive: true });
  try {
    const files = await demoFiles();
    await mkdir(join(draft, metadataFolder), { recursive: true });
    await writeNewFiles(draft, files);
    await rename(draft, folder);
    return files.map(({ path }) => path);
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function demoFiles(): Promise<readonly NewFile[]> {
  // The entityID is a name and stays, whichever port a later start takes.
  const baseUrl = 'http://localhost:8080';
  const site = installationFiles({
    baseUrl,
    entityId: `${baseUrl}/idp/shibboleth`,
    scopes: ['example.ac.jp'],
    organization: { ja: '例の大学（デモ）', en: 'Example University (demonstration)' },
    supportUrl: undefined,
  });
  const now = Date.now();
  const [users, keys, sp] = await Promise.all([
    usersText(),
    makeKeyFiles({ commonName: 'localhost', now }),
    createSelfSigned({ commonName: 'demo-sp', days: 3650, now }),
  ]);
  const own: Readonly<Record<string, string>> = {
    'users.yaml': users,
    'release.yaml': releaseText,
    'policy.yaml': demoPolicyText,
  };
  return [
    ...site.map((file) => ({ ...file, content: own[file.path] ?? file.content })),
    ...keys,
    { path: spKeyFiles.key, content: sp.privateKeyPem, secret: true },
    { path: spKeyFiles.certificate, content: sp.certificatePem },
  ];
}

async function usersText(): Promise<string> {
  const people = await Promise.all(
    demoPeople.map(async ({ username, groups, attributes }) => {
      const passwordHash = await hashPassword(demoPassword);
      // JSON is YAML, whatever the values are.
      return [
        `  - username: ${username}`,
        `    passwordHash: ${passwordHash}`,
        `    groups: ${JSON.stringify(groups)}`,
        '    attributes:',
        ...Object.entries(attributes).map(([name, value]) => `      ${name}: ${JSON.stringify(value)}`),
      ].join('\n');
    }),
  );
  return `# The people of the demonstration; everybody's password is ${demoPassword}.\nversion: 1\npeople:\n${people.join('\n')}\n`;
}

const releaseText = `# Which service provider gets which attributes. It may be changed while Gakumon runs.
version: 1
rules:
  # The services in metadata/ get what their metadata asks for.
  - { name: own-services, to: { source: local }, release: requested }
`;
