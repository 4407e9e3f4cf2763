import { copyFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { temporaryFolder, testKeys } from '@gakumon/testkit';
import { beforeEach, expect, test } from '@jest/globals';
import { checkSamlKeys } from './checkSamlKeys.ts';

const now = Date.parse('2040-04-08T09:00:00Z');
const { idpSigning, idpEncryption, stranger, expired } = testKeys;

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
  for (const [name, key] of Object.entries({
    signing: idpSigning,
    encryption: idpEncryption,
    other: stranger,
    expired,
  })) {
    await copyFile(key.privateKeyFile, join(folder, `${name}.key`));
    await copyFile(key.certificateFile, join(folder, `${name}.crt`));
  }
});

/** What is warned of when there is a third signing key. */
async function warningsWith(entry: Readonly<Record<string, string>>): Promise<(string | undefined)[]> {
  const current = (use: string) => ({ use, state: 'current', key: `${use}.key`, certificate: `${use}.crt` });
  const third = { use: 'signing', key: 'other.key', certificate: 'other.crt', ...entry };
  const keys = [current('signing'), current('encryption'), third];
  await writeFile(join(folder, 'saml-keys.json'), JSON.stringify({ version: 1, keys }));
  const found = await checkSamlKeys(folder, now);
  return found.flatMap(({ level, message, hint }) =>
    level === 'ok' || hint?.startsWith('chmod') ? [] : [`${level} ${message}`],
  );
}

test.each([
  ['waits as it should', { state: 'next', published: '2040-04-01T00:00:00Z' }, []],
  ['can be used', { state: 'next', published: '2040-03-20T00:00:00Z' }, ['warn the next signing key can be used now']],
  [
    'waits longer than it need',
    { state: 'next', published: '2040-01-01T00:00:00Z' },
    ['warn the next signing key can be used now, for 83 days already'],
  ],
  ['was replaced the other day', { state: 'former', replaced: '2040-04-01T00:00:00Z' }, []],
  [
    'was replaced long ago',
    { state: 'former', replaced: '2040-01-01T00:00:00Z' },
    ['warn the former signing key is published although it was replaced on 2040-01-01'],
  ],
  ['is retired, and its files are gone', { state: 'retired', key: 'gone.key', certificate: 'gone.crt' }, []],
  [
    'expired while it waits',
    { state: 'next', published: '2040-04-01T00:00:00Z', key: 'expired.key', certificate: 'expired.crt' },
    [expect.stringMatching(/^warn .*expired\.crt expired on 2011/)],
  ],
  [
    'expired after it was replaced',
    { state: 'former', replaced: '2040-04-01T00:00:00Z', key: 'expired.key', certificate: 'expired.crt' },
    [],
  ],
  [
    'is published, and its files are gone',
    { state: 'next', published: '2040-04-01T00:00:00Z', key: 'gone.key', certificate: 'gone.crt' },
    [expect.stringMatching(/^fail the next signing key: .*gone\.key is missing/)],
  ],
])('a key that %s', async (_, entry, warnings) => {
  expect(await warningsWith(entry)).toEqual(warnings);
});
