import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseConfig } from '@gakumon/config';
import { temporaryFolder } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { checkSurroundings } from './checkSurroundings.ts';

async function warningsWith(management: string): Promise<readonly string[]> {
  const file = join(await temporaryFolder(), 'gakumon.yaml');
  const text = `version: 1
idp:
  entityId: https://idp.example.ac.jp/idp/shibboleth
  baseUrl: http://localhost:8080
  scopes: [example.ac.jp]
  organization: { ja: 例の大学, en: Example University }
directory: [{ name: local, file: users.yaml }]
listen: { management: '${management}' }
`;
  await writeFile(file, text);
  const findings = await checkSurroundings(parseConfig(text, file), Date.now());
  return findings.filter(({ level }) => level === 'warn').map(({ message }) => message);
}

test.each(['0.0.0.0:8089', '[::]:8089', '192.0.2.10', 'idp.example.ac.jp'])(
  'numbers for monitors that anybody can read at %s are warned of',
  async (management) => {
    expect(await warningsWith(management)).toEqual([expect.stringContaining('listen.management is open on')]);
  },
);
test.each(['127.0.0.1:8089', '[::1]', 'localhost', 'off'])('at %s nobody else does', async (management) => {
  expect(await warningsWith(management)).toEqual([]);
});
