import { readdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { nameIdFormats } from '@gakumon/terms';
import {
  fillIn,
  freePort,
  type Page,
  type PretendBrowser,
  type PretendSp,
  pretendBrowser,
  pretendSp,
  type ReadAssertion,
  type RunningProcess,
  runProgram,
  startProcess,
  temporaryFolder,
} from '@gakumon/testkit';
import { beforeAll, describe, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };

let root: string;
let base: string;
let sp: PretendSp;

const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: root, env });
const at = (site: string, ...args: string[]) => gakumon('--config', `${site}/gakumon.yaml`, ...args);

async function serve(site: string): Promise<RunningProcess> {
  const server = startProcess(process.execPath, [bin, '--config', `${site}/gakumon.yaml`, 'serve'], { cwd: root, env });
  await server.waitFor(/^ready http:/);
  return server;
}

const goToSp = (browser: PretendBrowser): Promise<Page> =>
  browser.open(`${base}/idp/profile/SAML2/Unsolicited/SSO?providerId=${encodeURIComponent(sp.entityId)}`);

/** What the SP reads on the page that leads there, by the certificate of an installation. */
async function readAnswer(page: Page, site: string): Promise<ReadAssertion> {
  const form = page.forms.find(({ action }) => action === sp.acs);
  const samlResponse = form?.fields.find(({ name }) => name === 'SAMLResponse')?.value ?? page.text;
  const idpCertificates = [await readFile(join(root, site, 'certs/signing.crt'), 'utf8')];
  const expected = { requestId: null, idpEntityId: `${base}/idp/shibboleth`, idpCertificates, skew: 5000 };
  const { assertion } = sp.read(samlResponse, expected);
  if (assertion === undefined) throw new Error('no assertion came');
  return assertion;
}

beforeAll(async () => {
  root = await temporaryFolder();
  base = `http://localhost:${await freePort()}`;
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'University'];
  expect(await gakumon('init', '--dir', 'site', ...flags)).toMatchObject({ code: 0 });
  const { stdout } = await runProgram(process.execPath, [bin, 'user', 'hash'], { cwd: root, env, input: 'secret' });
  const people = [{ username: 's1234567', passwordHash: stdout.trim() }];
  await writeFile(join(root, 'site/users.yaml'), JSON.stringify({ version: 1, people }));
  const rules = [{ name: 'all', to: 'any', nameId: ['persistent'] }];
  await writeFile(join(root, 'site/release.yaml'), JSON.stringify({ version: 1, rules }));
  sp = pretendSp({ entityId: 'https://sp.example.org/drill', nameIdFormats: [nameIdFormats.persistent] });
  await writeFile(join(root, 'sp.xml'), sp.metadata());
  expect(await at('site', 'metadata', 'load', 'sp.xml', '--unsigned')).toMatchObject({ code: 0 });
});

/** Logs in by the form of the page. */
function logIn(browser: PretendBrowser): Promise<Page> {
  const form = browser.page.forms.find(({ id }) => id === 'login');
  if (form === undefined) throw new Error(`no login form: ${browser.page.text}`);
  return browser.submit(fillIn(form, { username: 's1234567', password: 'secret' }));
}

describe('the restore drill', () => {
  test('what was backed up under a running IdP goes on elsewhere: session, identifiers, keys, metadata', async () => {
    const server = await serve('site');
    const browser = pretendBrowser({ language: 'en' });
    await goToSp(browser);
    const before = await readAnswer(await logIn(browser), 'site');
    expect(before.nameId.format).toBe(nameIdFormats.persistent);

    let isDone = false;
    const backup = at('site', 'records', 'backup', 'backup.tar.gz', '--json').finally(() => {
      isDone = true;
    });
    let answers = 0;
    while (!isDone) {
      await readAnswer(await goToSp(browser), 'site');
      answers += 1;
    }
    const backedUp = await backup;
    expect(backedUp).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(backedUp.stdout)).toMatchObject({ warnings: [], records: { rows: { sessions: 1 } } });
    expect(answers).toBeGreaterThan(0);
    await server.stop();
    // Nothing of the old one is left to be found
    await rename(join(root, 'site'), join(root, 'lost'));

    const restored = await gakumon('records', 'restore', 'backup.tar.gz', '--dir', 'new');
    expect(restored).toMatchObject({ code: 0, stderr: '' });
    expect(restored.stdout).toContain(`npx gakumon check --config ${join(root, 'new/gakumon.yaml')}`);
    const check = await at('new', 'check', '--json');
    expect(check).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(check.stdout)).not.toContainEqual(expect.objectContaining({ level: 'fail' }));

    const successor = await serve('new');
    const after = await readAnswer(await goToSp(browser), 'lost');
    expect(after.nameId).toEqual(before.nameId);
    expect(after.authnInstant).toBe(before.authnInstant);
    // Somebody else is not logged in by it
    const stranger = pretendBrowser({ language: 'en' });
    expect((await goToSp(stranger)).forms.map(({ id }) => id)).toContain('login');
    await successor.stop();
    await rename(join(root, 'lost'), join(root, 'site'));
  });
});

describe('an import under a running server', () => {
  /** Asks until the answer is as wanted, or the deadline of the contract has passed; tells the last answer. */
  async function untilStatus(wanted: number, deadline = performance.now() + 5000): Promise<number> {
    const { status } = await goToSp(pretendBrowser());
    return status === wanted || performance.now() > deadline ? status : untilStatus(wanted, deadline);
  }

  test('that replaces everything is noticed within five seconds', async () => {
    expect(await at('site', 'records', 'export', 'with-sp.jsonl')).toMatchObject({ code: 0 });
    expect(await at('site', 'metadata', 'remove', 'sp')).toMatchObject({ code: 0 });
    const server = await serve('site');
    expect((await goToSp(pretendBrowser())).status).toBe(403);
    expect(await at('site', 'records', 'import', '--replace', 'with-sp.jsonl')).toMatchObject({ code: 0, stderr: '' });
    expect(await untilStatus(200)).toBe(200);
    await server.stop();
  });
});

/** Calls until it gives something. */
async function until<T>(look: () => Promise<T | undefined>): Promise<T> {
  for (;;) {
    const found = await look().catch(() => undefined);
    if (found !== undefined) return found;
  }
}

const hiddenIn = async (folder: string): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith('.'));

describe('a process that is killed', () => {
  const rows = 60_000;

  /** A file of records that takes a while; it ends as it should. */
  async function exportManyRows(): Promise<string> {
    const { createHash } = await import('node:crypto');
    const exported = await at('site', 'records', 'export', '-');
    const [head = '', ...lines] = exported.stdout.trimEnd().split('\n');
    const foot = JSON.parse(lines.pop() ?? '') as { rows: Record<string, number> };
    const others = lines.filter((line) => !line.startsWith('{"table":"throttles"'));
    const more = Array.from({ length: rows }, (_, index) =>
      JSON.stringify({ table: 'throttles', row: { bucket: `${index}`.padStart(100, 'x'), hits: 1, resets_at: 1 } }),
    );
    const body = [head, ...others, ...more].map((line) => `${line}\n`).join('');
    const sha256 = createHash('sha256').update(body).digest('hex');
    const text = `${body}${JSON.stringify({ rows: { ...foot.rows, throttles: rows }, sha256 })}\n`;
    await writeFile(join(root, 'many.jsonl'), text);
    return 'many.jsonl';
  }

  const statusOf = async (site: string) => JSON.parse((await at(site, 'records', 'status', '--json')).stdout);

  test('in the middle of an import leaves the database as it was', async () => {
    const file = await exportManyRows();
    const { rows: before } = await statusOf('site');
    const log = join(root, 'site/var/gakumon.db-wal');
    const args = [bin, '--config', 'site/gakumon.yaml', 'records', 'import', '--replace', file];
    const importing = startProcess(process.execPath, args, { cwd: root, env });
    await until(async () => ((await stat(log)).size > 3_000_000 ? true : undefined));
    importing.kill('SIGKILL');
    expect(await importing.exited).toBeNull();
    expect((await statusOf('site')).rows).toEqual(before);
    const imported = await at('site', 'records', 'import', '--replace', file);
    expect(imported).toMatchObject({ code: 0, stderr: '' });
    expect((await statusOf('site')).rows).toMatchObject({ throttles: rows, sealed_records: 5 });
  });

  test('in the middle of a restore leaves no installation, and the next one succeeds', async () => {
    const made = await at('site', 'records', 'backup', 'large.tar.gz');
    expect(made).toMatchObject({ code: 0, stderr: '' });
    const start = () =>
      startProcess(process.execPath, [bin, 'records', 'restore', 'large.tar.gz', '--dir', 'after'], { cwd: root, env });
    const before = await readdir(root);
    const restoring = start();
    await until(async () => {
      const [stage] = await hiddenIn(root);
      return stage === undefined
        ? undefined
        : (await stat(join(root, stage, 'files/var/gakumon.db-wal'))).size > 1_000_000 || undefined;
    });
    restoring.kill('SIGKILL');
    expect(await restoring.exited).toBeNull();
    const [left] = await hiddenIn(root);
    expect((await readdir(root)).sort()).toEqual([left, ...before].sort());
    expect((await stat(join(root, left ?? ''))).mode & 0o777).toBe(0o700);
    expect(await start().exited).toBe(0);
    expect((await statusOf('after')).rows).toMatchObject({ throttles: rows });
  });

  test.each(['SIGINT', 'SIGTERM'] as const)('by %s clears up behind itself and ends quietly', async (signal) => {
    const before = await readdir(root);
    const commands = [
      ['records', 'export', 'out.jsonl'],
      ['records', 'backup', 'out.tar.gz'],
      ['records', 'restore', 'large.tar.gz', '--dir', 'out'],
    ];
    for (const command of commands) {
      const known = await hiddenIn(root);
      const args = [bin, '--config', 'site/gakumon.yaml', ...command];
      const running = startProcess(process.execPath, args, { cwd: root, env });
      await until(async () => (await hiddenIn(root)).find((name) => !known.includes(name)));
      running.kill(signal);
      expect([command[1], await running.exited, running.output()]).toEqual([command[1], 130, '']);
      expect(await readdir(root)).toEqual(before);
    }
  });
});
