import { randomBytes } from 'node:crypto';
import { copyFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { loadConfig } from '@gakumon/config';
import { hashPassword } from '@gakumon/directory';
import { pretendSp, temporaryFolder, testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { assemble } from '../assemble.ts';
import { ask, baseUrl, deliveryOf, logIn, password } from './testIdp.ts';

const config = {
  version: 1,
  idp: {
    entityId: `${baseUrl}/idp/shibboleth`,
    baseUrl,
    scopes: ['example.ac.jp'],
    organization: { ja: '大学', en: 'University' },
  },
  stores: { records: 'gakumon.db' },
  directory: [{ name: 'local', file: 'users.yaml' }],
  metadata: { sources: ['used', 'unused'].map((name) => ({ name, file: `${name}.xml`, unsigned: true })) },
};

async function install(): Promise<string> {
  const folder = await temporaryFolder();
  const put = (name: string, text: string): Promise<void> => writeFile(join(folder, name), text);
  await mkdir(join(folder, 'certs'));
  for (const [name, key] of [
    ['signing', testKeys.idpSigning],
    ['encryption', testKeys.idpEncryption],
  ] as const) {
    await copyFile(key.privateKeyFile, join(folder, `certs/${name}.key`));
    await copyFile(key.certificateFile, join(folder, `certs/${name}.crt`));
  }
  await put('certs/sealing.key', randomBytes(32).toString('base64'));
  await put('certs/persistent-id.salt', 'a salt that everybody knows');
  const passwordHash = await hashPassword(password, { logN: 10, r: 8, p: 1 });
  await put('users.yaml', JSON.stringify({ version: 1, people: [{ username: 's1234567', passwordHash }] }));
  await put('gakumon.yaml', JSON.stringify(config));
  return folder;
}

function listUses(file: string): readonly unknown[] {
  const database = new DatabaseSync(file, { readOnly: true });
  try {
    return database.prepare('SELECT entity_id AS id, last_used AS at FROM service_provider_use').all();
  } finally {
    database.close();
  }
}

test('a sign-on leaves a row for its service provider in the records, and none for the others', async () => {
  const folder = await install();
  const sp = pretendSp({ clock: Date.now });
  await writeFile(join(folder, 'used.xml'), sp.metadata());
  const other = 'https://unused.example.org/sp';
  await writeFile(join(folder, 'unused.xml'), sp.metadata().replaceAll(sp.entityId, other));
  const begun = Date.now();
  const parts = await assemble(await loadConfig(join(folder, 'gakumon.yaml'), {}), { env: {}, report: () => {} });
  const file = join(folder, 'gakumon.db');
  try {
    expect(parts.serviceProviders.list().map(({ entityId }) => entityId)).toEqual([sp.entityId, other]);
    const { attempt } = await ask(parts.idp, sp);
    expect(listUses(file)).toEqual([]);
    expect(deliveryOf(await logIn(parts.idp, attempt)).samlResponse).toBeDefined();
    const deadline = performance.now() + 20_000;
    // The node writes by itself, every second.
    while (listUses(file).length === 0 && performance.now() < deadline) await delay(20);
    const [use, ...more] = listUses(file) as { id: string; at: number }[];
    expect([use?.id, more]).toEqual([sp.entityId, []]);
    expect(use?.at).toBeGreaterThanOrEqual(begun);
  } finally {
    await parts.close();
  }
});
