import { copyFile, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort, readIdpMetadata, runProgram, startProcess, temporaryFolder } from '@gakumon/testkit';
import { beforeEach, describe, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };

let folder: string;
let base: string;
const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder, env });

beforeEach(async () => {
  folder = await temporaryFolder();
  base = `http://localhost:${await freePort()}`;
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'University'];
  expect(await gakumon('init', ...flags)).toMatchObject({ code: 0 });
});

type Row = { readonly use: string; readonly state: string; readonly sha256: string };

async function listSamlKeys(): Promise<readonly Row[]> {
  return JSON.parse((await gakumon('keys', 'list', '--json')).stdout).saml;
}

/** The certificates that our metadata names for signing, without line breaks, and the one that it is signed by first. */
async function served(): Promise<{ readonly signedBy: string; readonly names: number }> {
  const xml = await (await fetch(`${base}/idp/shibboleth`)).text();
  const [, signedBy = ''] = /<ds:X509Certificate>([^<]*)</.exec(xml) ?? [];
  return { signedBy: signedBy.replace(/\s/g, ''), names: readIdpMetadata(xml).idpCertificates.length };
}

const certificateOf = async (name: string): Promise<string> =>
  (await readFile(join(folder, 'certs', name), 'utf8')).replace(/-----[^-]+-----|\s/g, '');

describe('SAML keys under a running server', () => {
  test('follow what the commands do, without a restart', async () => {
    const server = startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
    await server.waitFor(/^ready http:/);
    expect(await served()).toEqual({ signedBy: await certificateOf('signing.crt'), names: 1 });

    const { published } = JSON.parse((await gakumon('keys', 'next', 'signing', '--json')).stdout);
    await server.waitFor(/SAML keys read again.*signing next|signing next.*SAML keys read again/);
    expect(await served()).toEqual({ signedBy: await certificateOf('signing.crt'), names: 2 });

    expect(await gakumon('keys', 'activate')).toMatchObject({ code: 1, stderr: expect.stringMatching(/too new/) });
    expect(await gakumon('keys', 'activate', '--force')).toMatchObject({ code: 0 });
    await server.waitFor(/signing former.*SAML keys read again/);
    const fresh = await certificateOf(published[0].certificateFile);
    expect(await served()).toEqual({ signedBy: fresh, names: 2 });

    expect(await gakumon('keys', 'retire')).toMatchObject({ code: 0 });
    await server.waitFor(/signing retired.*SAML keys read again/);
    expect(await served()).toEqual({ signedBy: fresh, names: 1 });
    server.kill('SIGTERM');
    expect(await server.exited).toBe(0);
  });
});

describe('gakumon keys next', () => {
  test('race: of three at once one is published, and nothing is half', async () => {
    const done = await Promise.all([1, 2, 3].map(() => gakumon('keys', 'next', 'signing')));
    expect(done.map(({ code }) => code).sort()).toEqual([0, 1, 1]);
    expect((await listSamlKeys()).map(({ use, state }) => `${use} ${state}`)).toEqual([
      'signing current',
      'signing next',
      'encryption current',
    ]);
    expect(await gakumon('metadata', 'publish')).toMatchObject({ code: 0, stderr: '' });
  });

  test('killed in the middle leaves keys that work, and the next attempt goes through', async () => {
    const certs = join(folder, 'certs');
    const before = (await readdir(certs)).length;
    const running = startProcess(process.execPath, [bin, 'keys', 'next', 'signing'], { cwd: folder, env });
    while ((await readdir(certs)).length === before) await delay(1);
    running.kill('SIGKILL');
    await running.exited;
    expect(await gakumon('metadata', 'publish')).toMatchObject({ code: 0, stderr: '' });
    const waits = (await listSamlKeys()).some(({ state }) => state === 'next');
    await rm(join(certs, 'saml-keys.json.new'), { force: true });
    expect(await gakumon('keys', 'next', 'signing')).toMatchObject({ code: waits ? 1 : 0 });
    expect((await listSamlKeys()).map(({ use, state }) => `${use} ${state}`)).toContain('signing next');
    expect((await gakumon('check')).stdout).toMatch(/^ok {4}key {8}next signing: RSA/m);
  });

  test('metadata that would be incomplete is not given out, and check says why', async () => {
    const { published } = JSON.parse((await gakumon('keys', 'next', 'signing', '--json')).stdout);
    const file = join(folder, 'certs', published[0].certificateFile);
    await copyFile(file, `${file}.kept`);
    await writeFile(file, 'spoiled');
    const refused = await gakumon('metadata', 'publish');
    expect(refused).toMatchObject({ code: 1, stdout: '', stderr: expect.stringMatching(/is not a PEM certificate/) });
    const checked = await gakumon('check');
    expect(checked.stdout).toMatch(/^fail {2}key .*the next signing key: .*is not a PEM certificate/m);
    await copyFile(`${file}.kept`, file);
    expect((await gakumon('check')).stdout).toMatch(/^ok {4}key .*next signing: may be used from/m);
  });
});
