import { readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';
import { documentRecords, openConfiguredStores, readSealingKeys } from '@gakumon/assembly';
import { type Config, loadConfig } from '@gakumon/config';
import { freePort, pretendBrowser, pretendSp, runProgram, startProcess, temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };

let folder: string;
let base: string;
let config: Config;
const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder, env });

beforeEach(async () => {
  folder = await temporaryFolder();
  base = `http://localhost:${await freePort()}`;
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'University'];
  expect(await gakumon('init', ...flags)).toMatchObject({ code: 0 });
  config = await loadConfig(join(folder, 'gakumon.yaml'), {});
});

type ListedKey = { readonly id: string; readonly state: string; readonly secrets: number };

async function listKeys(): Promise<readonly ListedKey[]> {
  return JSON.parse((await gakumon('keys', 'list', '--json')).stdout).sealing;
}

const keyFile = (): string => join(folder, 'certs/sealing.key');

/** Rotates without waiting: no server is there to read anything. */
async function addAndUse(): Promise<string> {
  await gakumon('keys', 'sealing', 'add');
  const id = (await listKeys()).at(-1)?.id ?? '';
  expect(await gakumon('keys', 'sealing', 'use', id)).toMatchObject({ code: 0 });
  return id;
}

/** What nobody should do: the key goes, and what it sealed stays. */
async function takeAwayByHand(id: string): Promise<void> {
  const at = (await listKeys()).findIndex((key) => key.id === id);
  const lines = (await readFile(keyFile(), 'utf8')).split('\n');
  await writeFile(keyFile(), lines.filter((_, index) => index !== at).join('\n'));
}

describe('gakumon keys sealing', () => {
  test('five that add at once lose no key, and none of them seals', async () => {
    const [before] = (await readFile(keyFile(), 'utf8')).split('\n');
    const done = await Promise.all([1, 2, 3, 4, 5].map(() => gakumon('keys', 'sealing', 'add')));
    expect(done.map(({ code }) => code)).toEqual([0, 0, 0, 0, 0]);
    const keys = await listKeys();
    expect(keys.map(({ state }) => state)).toEqual(['seals', 'opens', 'opens', 'opens', 'opens', 'opens']);
    expect(new Set(keys.map(({ id }) => id)).size).toBe(6);
    expect(await readFile(keyFile(), 'utf8')).toMatch(new RegExp(`^${before?.replace(/[+/]/g, '\\$&')}\n`));
    expect(await readFile(keyFile(), 'utf8')).not.toContain('\n\n');
  });

  test('retire is refused while it may be needed, and done when it is forced', async () => {
    const [old] = await listKeys();
    await addAndUse();
    const refused = await gakumon('keys', 'sealing', 'retire', old?.id ?? '');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^gakumon: error: the key is still needed: login pages and sessions/);
    expect(await gakumon('keys', 'sealing', 'retire', old?.id ?? '', '--force')).toMatchObject({ code: 0 });
    expect(await listKeys()).toHaveLength(1);
  });

  test('attack: retire by force while the records need the key: it brings them under the new one first', async () => {
    const [old] = await listKeys();
    expect(await gakumon('documents', 'publish', 'users.yaml')).toMatchObject({ code: 0 });
    const id = await addAndUse();
    expect(await gakumon('keys', 'sealing', 'retire', old?.id ?? '', '--force')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^resealed 1 secret under ${id}\nretired ${old?.id}`)),
    });
    expect(await listKeys()).toEqual([expect.objectContaining({ id, secrets: 1 })]);
    expect(await gakumon('documents', 'show', 'people local')).toMatchObject({ code: 0 });
    expect(await readFile(keyFile(), 'utf8')).toContain(`retired=${old?.id}`);
  });

  test('attack: what cannot be brought under the new key is told by name, and the key stays until somebody insists', async () => {
    const [old] = await listKeys();
    expect(await gakumon('documents', 'publish', 'users.yaml')).toMatchObject({ code: 0 });
    const database = new DatabaseSync(join(folder, 'var/gakumon.db'));
    database.exec("update sealed_records set sealed = x'00'");
    database.close();
    await addAndUse();
    const refused = await gakumon('keys', 'sealing', 'retire', old?.id ?? '', '--force');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toContain(`no key opens the document "people local" (${old?.id})`);
    expect(refused.stderr).toContain('--lose-secrets');
    expect(await listKeys()).toHaveLength(2);
    const insisted = await gakumon('keys', 'sealing', 'retire', old?.id ?? '', '--force', '--lose-secrets');
    expect(insisted).toMatchObject({ code: 0 });
  });

  test('attack: with the records away no key goes by force, unless somebody insists', async () => {
    const [old] = await listKeys();
    await addAndUse();
    const file = join(folder, 'gakumon.yaml');
    const stores = `stores: { records: 'postgres://gakumon@127.0.0.1:${await freePort()}/records' }`;
    await writeFile(file, (await readFile(file, 'utf8')).replace(/^stores: .*$/m, stores));
    const refused = await gakumon('keys', 'sealing', 'retire', old?.id ?? '', '--force');
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/does not answer: .*would be lost\ngakumon: hint: .*--lose-secrets/);
    expect((await readFile(keyFile(), 'utf8')).trim().split('\n')).toHaveLength(2);
    const insisted = await gakumon('keys', 'sealing', 'retire', old?.id ?? '', '--force', '--lose-secrets');
    expect(insisted).toMatchObject({ code: 0, stderr: expect.stringContaining('the records do not answer') });
    expect((await readFile(keyFile(), 'utf8')).trim().split('\n')).toHaveLength(1);
  });

  test('attack: a pipe in place of the key file: the server keeps its keys, takes the next file, and ends when told', async () => {
    const server = startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
    await server.waitFor(/^ready http:/);
    const text = await readFile(keyFile(), 'utf8');
    await rm(keyFile());
    expect(await runProgram('mkfifo', [keyFile()])).toMatchObject({ code: 0 });
    await server.waitFor(/the sealing keys are bad; the last good ones stay/);
    const checked = await gakumon('check');
    expect(checked).toMatchObject({ code: 1, stdout: expect.stringMatching(/^fail {2}key .*is not a regular file/m) });
    await rm(keyFile());
    await writeFile(keyFile(), text, { mode: 0o600 });
    expect(await gakumon('keys', 'sealing', 'add')).toMatchObject({ code: 0 });
    await server.waitFor(/sealing keys read again/);
    server.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  });

  test('rotate under a running server: a page that was open before it is sent after it', async () => {
    const sp = pretendSp({ entityId: 'https://sp.example.org/rotated' });
    await writeFile(join(folder, 'sp.xml'), sp.metadata());
    expect(await gakumon('metadata', 'load', 'sp.xml', '--unsigned')).toMatchObject({ code: 0 });
    const hashed = await runProgram(process.execPath, [bin, 'user', 'hash'], { cwd: folder, env, input: 'secret' });
    const people = [{ username: 's1234567', passwordHash: hashed.stdout.trim() }];
    await writeFile(join(folder, 'users.yaml'), JSON.stringify({ version: 1, people }));
    const server = startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
    await server.waitFor(/^ready http:/);
    const browser = pretendBrowser({ language: 'en' });
    await browser.open(`${base}/idp/profile/SAML2/Unsolicited/SSO?providerId=${encodeURIComponent(sp.entityId)}`);

    expect(await gakumon('keys', 'sealing', 'rotate')).toMatchObject({ code: 0 });
    const [current] = await listKeys();
    await server.waitFor(new RegExp(`"seals":"${current?.id}"`));
    const form = browser.page.forms.find(({ id }) => id === 'login');
    const values: Readonly<Record<string, string>> = { username: 's1234567', password: 'secret' };
    const fields = (form?.fields ?? []).map((field) => ({ ...field, value: values[field.name] ?? field.value }));
    const page = await browser.submit({ ...(form as NonNullable<typeof form>), fields });
    expect(page.forms.some(({ action }) => action === sp.acs)).toBe(true);
    await server.stop();
  });
});

describe('gakumon keys reseal', () => {
  const total = 1500;

  test('killed in the middle loses nothing, and the rest is done the next time', async () => {
    const before = await readSealingKeys(config, {});
    const stores = await openConfiguredStores(config, { clock: Date.now, env: {} });
    const records = documentRecords(stores.sealed, before);
    const by = { host: 'here', pid: 1, file: '/a' };
    const names = Array.from({ length: total }, (_, index) => `test ${index}`);
    for (const name of names) {
      const version = { serial: 1, at: 1, by, text: `secret of ${name}`, sha256: '', earlier: [] };
      await records.replace(name, version, undefined);
    }
    const id = await addAndUse();
    const rest = async (): Promise<number> => (await stores.sealed.listUnderOtherKeys(id, total + 1)).length;

    const running = startProcess(process.execPath, [bin, 'keys', 'reseal'], { cwd: folder, env });
    while ((await rest()) === total) await delay(5);
    running.kill('SIGKILL');
    await running.exited;
    const left = await rest();
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(total);
    const after = documentRecords(stores.sealed, await readSealingKeys(config, {}));
    const texts = async () => {
      const found = await Promise.all(names.map((name) => after.find(name)));
      return found.map((one) => (one.kind === 'version' ? one.version.text : one.kind));
    };
    expect(await texts()).toEqual(names.map((name) => `secret of ${name}`));

    const again = await gakumon('keys', 'reseal', '--json');
    expect(JSON.parse(again.stdout)).toEqual({ resealed: left, unopenable: [] });
    expect(await rest()).toBe(0);
    expect(await texts()).toEqual(names.map((name) => `secret of ${name}`));
    await stores.close();
  });

  test('what no key opens is told of, left as it is, and makes the command fail', async () => {
    const old = (await listKeys())[0]?.id ?? '';
    expect(await gakumon('documents', 'publish', 'users.yaml')).toMatchObject({ code: 0 });
    await addAndUse();
    await takeAwayByHand(old);
    const done = await gakumon('keys', 'reseal');
    expect(done).toMatchObject({ code: 1, stdout: expect.stringMatching(/^resealed 0 secrets/) });
    expect(done.stderr).toContain(`no key opens the document "people local" (${old})`);
    expect(await listKeys()).toContainEqual(expect.objectContaining({ id: old, state: 'missing', secrets: 1 }));
    // Whoever wants to can put the file into force again all the same.
    expect(await gakumon('documents', 'publish', 'users.yaml')).toMatchObject({ code: 0 });
    expect(JSON.parse((await gakumon('documents', 'list', '--json')).stdout)[0]).toMatchObject({
      standing: 'in force',
    });
  });
});
