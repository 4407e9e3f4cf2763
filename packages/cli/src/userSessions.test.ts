import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { hashPassword } from '@gakumon/directory';
import {
  describeWith,
  fillIn,
  freePort,
  type PretendBrowser,
  pretendBrowser,
  privateRedis,
  type RunningProcess,
  redisPrograms,
  runProgram,
  startProcess,
  temporaryFolder,
} from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };
const student = { username: 's1234567', password: 'gakumon-demo' } as const;

type Installation = {
  readonly server: RunningProcess;
  gakumon(...args: string[]): ReturnType<typeof runProgram>;
  /** A browser of the student, who is signed in. */
  signIn(): Promise<PretendBrowser>;
  isSignedIn(browser: PretendBrowser): Promise<boolean>;
};

/** A server in a process of its own. @param sessions `stores.sessions`; the records when undefined */
async function install(sessions?: object | string): Promise<Installation> {
  const folder = await temporaryFolder();
  const base = `http://localhost:${await freePort()}`;
  const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder, env });
  const flags = ['--base-url', base, '--scope', 'example.ac.jp', '--org-ja', '大学', '--org-en', 'University'];
  expect(await gakumon('init', ...flags)).toMatchObject({ code: 0 });
  const config = join(folder, 'gakumon.yaml');
  if (sessions !== undefined) {
    const written = await readFile(config, 'utf8');
    expect(written).toContain('sessions: records }');
    await writeFile(config, written.replace('sessions: records }', `sessions: ${JSON.stringify(sessions)} }`));
  }
  const person = { username: student.username, passwordHash: await hashPassword(student.password), attributes: {} };
  await writeFile(join(folder, 'users.yaml'), JSON.stringify({ version: 1, people: [person] }));
  const server = startProcess(process.execPath, [bin, 'serve'], { cwd: folder, env });
  await server.waitFor(/^ready http:/);
  const hasLogin = ({ page }: PretendBrowser) => page.forms.some(({ id }) => id === 'login');
  return {
    server,
    gakumon,
    async signIn() {
      const browser = pretendBrowser();
      await browser.open(`${base}/portal`);
      await browser.submit(fillIn(browser.page.forms.find(({ id }) => id === 'login') as never, student));
      expect(hasLogin(browser)).toBe(false);
      return browser;
    },
    async isSignedIn(browser) {
      await browser.open(`${base}/portal`);
      return !hasLogin(browser);
    },
  };
}

async function untilSignedOut({ isSignedIn }: Installation, browser: PretendBrowser): Promise<void> {
  while (await isSignedIn(browser));
}

/** What both places where sessions can be seen from outside must do. */
async function listAndEnd(installation: Installation): Promise<void> {
  const { gakumon, signIn, isSignedIn, server } = installation;
  const browsers = [await signIn(), await signIn(), await signIn()] as const;
  const listed = JSON.parse((await gakumon('user', 'sessions', 'S1234567 ', '--json')).stdout);
  expect(listed).toHaveLength(3);
  expect(listed[0]).toEqual({
    id: expect.stringMatching(/^[\w-]{22}$/),
    since: expect.stringMatching(/^\d{4}-.*Z$/),
    lastUsed: listed[0].since,
    until: expect.any(String),
    untilAtMost: expect.any(String),
    addresses: [expect.stringMatching(/127\.0\.0\.1|::1/)],
    services: [],
  });
  const table = await gakumon('user', 'sessions', student.username);
  expect(table.stdout.split('\n')[0]).toMatch(/^session +since +last used +until +address +services$/);

  const stranger = await gakumon('user', 'revoke', 'f1234567', '--session', listed[0].id);
  expect(stranger).toMatchObject({ code: 1, stdout: '' });
  expect(await isSignedIn(browsers[0])).toBe(true);

  const one = await gakumon('user', 'revoke', student.username, '--session', listed[0].id, '--json');
  expect(JSON.parse(one.stdout)).toEqual({ user: student.username, known: true, ended: [listed[0]] });
  await untilSignedOut(installation, browsers[0]);
  expect([await isSignedIn(browsers[1]), await isSignedIn(browsers[2])]).toEqual([true, true]);

  const all = await gakumon('user', 'revoke', student.username);
  expect(all).toMatchObject({ code: 0, stderr: '' });
  expect(all.stdout).toMatch(/^ended 2 sessions of s1234567:\n {2}[\w-]{22} since \S+ from \S+\n {2}[\w-]{22} /);
  for (const browser of browsers) await untilSignedOut(installation, browser);
  const again = await gakumon('user', 'revoke', student.username);
  expect(again).toMatchObject({ code: 0, stdout: 's1234567 has no sessions; logins that were under way are over\n' });

  const events = JSON.parse((await gakumon('user', 'history', student.username, '--json')).stdout);
  expect(events).toContainEqual(
    expect.objectContaining({ kind: 'session-ended', actor: 'operator', session: listed[0].id }),
  );
  expect(events).toContainEqual(expect.objectContaining({ kind: 'sessions-ended', actor: 'operator' }));
  expect((await gakumon('user', 'history', student.username, '--limit', '1')).stdout.trim().split('\n')).toHaveLength(
    2,
  );
  await server.stop();
}

describe('sessions of people, beside a running server', () => {
  test('in the records: listed, one ended, all ended, written down', async () => {
    await listAndEnd(await install());
  }, 60_000);

  test('in the memory of the server: not seen, and ended all the same', async () => {
    const installation = await install('memory');
    const { gakumon, signIn, server } = installation;
    const browser = await signIn();
    const listed = await gakumon('user', 'sessions', student.username);
    expect(listed).toMatchObject({ code: 0, stdout: 's1234567 has no sessions\n' });
    expect(listed.stderr).toMatch(/^gakumon: warning: stores\.sessions is memory/);
    const revoked = await gakumon('user', 'revoke', student.username);
    expect(revoked).toMatchObject({ code: 0, stdout: expect.stringContaining('servers carry it out within a second') });
    await untilSignedOut(installation, browser);
    await server.stop();
  }, 60_000);
});

describeWith(redisPrograms, 'sessions of people in Redis, beside a running server', () => {
  test('listed, one ended, all ended, written down', async () => {
    const { port } = await privateRedis();
    await listAndEnd(await install({ redis: { url: `redis://127.0.0.1:${port}`, prefix: 'cli:' } }));
  }, 60_000);
});
