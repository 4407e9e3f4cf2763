import { chmod, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import {
  freePort,
  pretendSp,
  type RunningProcess,
  runProgram,
  signDocument,
  startProcess,
  temporaryFolder,
  testKeys,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };

let folder: string;
let base: string;

const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder, env });

async function serve(): Promise<RunningProcess> {
  const server = startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
  await server.waitFor(/^ready http:/);
  return server;
}

/** Asks until the answer is as wanted, or the deadline of the contract has passed; tells the last answer. */
async function untilStatus(url: string, wanted: number, deadline = performance.now() + 5000): Promise<number> {
  const { status } = await fetch(url, { redirect: 'manual' });
  return status === wanted || performance.now() > deadline ? status : untilStatus(url, wanted, deadline);
}

const loginAt = (entityId: string): string =>
  `${base}/idp/profile/SAML2/Unsolicited/SSO?providerId=${encodeURIComponent(entityId)}`;

beforeAll(async () => {
  folder = await temporaryFolder();
  base = `http://localhost:${await freePort()}`;
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'University'];
  expect(await gakumon('init', ...flags)).toMatchObject({ code: 0, stderr: '' });
});

describe('a running server', () => {
  test('sees within five seconds what `metadata load` and `metadata remove` did', async () => {
    const server = await serve();
    const sp = pretendSp({ entityId: 'https://sp.example.org/loaded' });
    await writeFile(join(folder, 'sp.xml'), sp.metadata());
    const unknown = (await fetch(loginAt(sp.entityId), { redirect: 'manual' })).status;
    expect(unknown).toBeGreaterThanOrEqual(400);

    expect(await gakumon('metadata', 'load', 'sp.xml', '--unsigned')).toMatchObject({ code: 0 });
    expect(await untilStatus(loginAt(sp.entityId), 200)).toBe(200);
    expect(await gakumon('metadata', 'remove', 'sp')).toMatchObject({ code: 0 });
    expect(await untilStatus(loginAt(sp.entityId), unknown)).toBe(unknown);
    await server.stop();
  });

  test('ends with 0 on SIGTERM, and frees its port', async () => {
    const first = await serve();
    first.kill('SIGTERM');
    expect(await first.exited).toBe(0);
    const second = await serve();
    second.kill('SIGINT');
    expect(await second.exited).toBe(0);
  });

  test('ends when the process that started it is killed and can tell nobody', async () => {
    const outer = startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
    await outer.waitFor(/^ready /);
    outer.kill('SIGKILL');
    // `exited` waits for the pipes, which the inner process holds until it ends.
    expect(await outer.exited).toBeNull();
    await expect(fetch(base)).rejects.toThrow();
  });

  test('says which port is taken, and ends with 1', async () => {
    const first = await serve();
    const second = await gakumon('serve');
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/^gakumon: error: the port is taken: 127\.0\.0\.1:\d+/m);
    expect(second.stderr).toMatch(/^gakumon: hint: /m);
    await first.stop();
  });

  test('keeps the last good document when the new one is bad, and says so', async () => {
    const server = await serve();
    await writeFile(join(folder, 'release.yaml'), 'version: 1\nrules: [{ name: broken }]\n');
    const line = await server.waitFor(/last good one stays/, 5000);
    expect(JSON.parse(line)).toMatchObject({ level: 50, file: join(folder, 'release.yaml') });
    expect(line).toMatch(/release\.yaml:2: rules\[1\]\.to: /);
    expect((await fetch(`${base}/readyz`)).status).toBe(200);
    await writeFile(join(folder, 'release.yaml'), 'version: 1\nrules: []\n');
    await server.waitFor(/document read again/, 5000);
    await server.stop();
  });
});

describe('metadata load --cert', () => {
  const nextWeek = new Date(Date.now() + 7 * 86_400_000).toISOString();
  const document = pretendSp({ entityId: 'https://sp.example.org/signed' })
    .metadata()
    .replace('<md:EntityDescriptor ', `<md:EntityDescriptor ID="_signed" validUntil="${nextWeek}" `);
  const signed = signDocument(document, testKeys.idpSigning);

  const load = async (xml: string, ...certificates: string[]) => {
    await writeFile(join(folder, 'signed.xml'), xml);
    return gakumon('metadata', 'load', 'signed.xml', ...certificates.flatMap((file) => ['--cert', file]));
  };

  test('takes what a pinned key signed; any of several will do', async () => {
    const { idpSigning, stranger } = testKeys;
    expect(await load(signed, stranger.certificateFile, idpSigning.certificateFile)).toMatchObject({ code: 0 });
  });

  test('refuses the signature of a stranger, though the document carries his certificate', async () => {
    const forged = await load(signDocument(document, testKeys.stranger), testKeys.idpSigning.certificateFile);
    expect(forged).toMatchObject({ code: 1, stdout: '' });
    expect(forged.stderr).toMatch(/signature of the metadata is not believed/);
  });

  test('refuses a document that was changed after it was signed, and what was loaded before stays', async () => {
    const changed = signed.replace('https://sp.example.org/signed', 'https://sp.example.org/forged');
    expect(await load(changed, testKeys.idpSigning.certificateFile)).toMatchObject({ code: 1 });
    const listed = JSON.parse((await gakumon('metadata', 'list', '--json')).stdout);
    expect(listed).toMatchObject([{ entityID: 'https://sp.example.org/signed', source: 'signed' }]);
  });
});

describe('check', () => {
  test('prints its findings as JSON, and warns of a key that others can read', async () => {
    const key = join(folder, 'certs/signing.key');
    expect((await stat(key)).mode & 0o777).toBe(0o600);
    await chmod(key, 0o644);
    const checked = await gakumon('check', '--json');
    expect(checked.code).toBe(0);
    expect(JSON.parse(checked.stdout)).toContainEqual({
      level: 'warn',
      about: 'key',
      message: `${key} can be read by others (mode 644)`,
      hint: `chmod 600 ${key}`,
    });
    await chmod(key, 0o600);
  });

  test('fails when the certificate is another key’s', async () => {
    await writeFile(join(folder, 'certs/signing.crt'), testKeys.stranger.certificatePem);
    const checked = await gakumon('check');
    expect(checked).toMatchObject({ code: 1 });
    expect(checked.stdout).toMatch(/^fail {2}key {8}.*signing\.crt is not the certificate of .*signing\.key$/m);
  });
});
