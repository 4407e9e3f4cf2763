import { readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { openStaffIdp } from '@gakumon/assembly';
import { findConfigFile, loadConfig } from '@gakumon/config';
import { type Case, countTry, type SsoSession } from '@gakumon/idp';
import type { Authenticator } from '@gakumon/mfa';
import {
  type AttemptId,
  type AuthenticatorId,
  type CaseReference,
  hours,
  minutes,
  type SessionId,
  type Username,
} from '@gakumon/terms';
import { describeWith, privateRedis, redisPrograms, runProgram, temporaryFolder } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';

const bin = resolve(import.meta.dirname, '../../../bin/gakumon.mjs');
const env = { GAKUMON_CONFIG: undefined, GAKUMON_PORT: undefined, npm_lifecycle_event: undefined };
const student = 's1234567' as Username;
const passwordHash = '$scrypt$ln=15,r=8,p=3$FiV6oJKrV7Wdy0Yeb8ORqg$Ta/HPH1J2tnbvIpqNGDSrbouQu1AgkQe2uWVK0hQucE';
const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

const app: Authenticator = {
  kind: 'totp',
  id: 'app' as AuthenticatorId,
  name: '電話',
  createdAt: Date.parse('2026-04-01T00:00:00Z'),
  lastUsed: { at: Date.parse('2026-05-01T00:00:00Z'), address: '192.0.2.1' },
  secret,
  origin: 'enrolled',
  isShared: true,
  drift: 0,
};
const key: Authenticator = {
  kind: 'webauthn',
  id: 'key' as AuthenticatorId,
  name: 'YubiKey',
  createdAt: Date.parse('2026-04-02T00:00:00Z'),
  lastUsed: undefined,
  credentialId: 'credential-of-key',
  publicKey: 'public-key-of-key',
  counter: 0,
  transports: ['usb'],
  aaguid: '00000000-0000-0000-0000-000000000000',
  isBackupEligible: false,
  isBackedUp: false,
  canVerifyUser: true,
};

type Site = {
  gakumon(...args: string[]): ReturnType<typeof runProgram>;
  /** Opens the stores as a server has them. */
  asServer<T>(work: (opened: Awaited<ReturnType<typeof openStaffIdp>>) => Promise<T>): Promise<T>;
  readonly folder: string;
};

async function makeSite(sessions?: object): Promise<Site> {
  const folder = await temporaryFolder();
  const gakumon = (...args: string[]) => runProgram(process.execPath, [bin, ...args], { cwd: folder, env });
  const flags = [
    '--base-url',
    'http://localhost:8080',
    '--scope',
    'example.ac.jp',
    '--org-ja',
    '大学',
    '--org-en',
    'U',
  ];
  expect(await gakumon('init', ...flags, '--dir', '.')).toMatchObject({ code: 0 });
  const file = join(folder, 'gakumon.yaml');
  if (sessions !== undefined) {
    const written = await readFile(file, 'utf8');
    await writeFile(file, written.replace('sessions: records }', `sessions: ${JSON.stringify(sessions)} }`));
  }
  const people = [{ username: student, passwordHash, groups: ['students'], totpSecret: secret, attributes: {} }];
  await writeFile(join(folder, 'users.yaml'), JSON.stringify({ version: 1, people }));
  const config = await loadConfig(findConfigFile(file, {}, folder), {});
  return {
    folder,
    gakumon,
    async asServer(work) {
      const opened = await openStaffIdp(config, { clock: Date.now, env: {} });
      try {
        return await work(opened);
      } finally {
        await opened.close();
      }
    },
  };
}

const enrol = ({ asServer }: Site) =>
  asServer(({ idp }) =>
    idp.authenticators.change(student, (now) => ({ ...now, authenticators: [app, key], preferred: key.id })),
  );

function sessionProvedBy(id: string, authenticator: Authenticator | undefined): SsoSession {
  const now = Date.now();
  const password = { authenticator: 'password', at: now, address: '192.0.2.1', passwordVersion: undefined } as const;
  const second = authenticator && {
    authenticator: authenticator.kind,
    id: authenticator.id,
    at: now,
    address: '192.0.2.1',
    passwordVersion: undefined,
  };
  return {
    id: id.padEnd(22, 'A') as SessionId,
    username: student,
    facts: second === undefined ? [password] : [password, second],
    serviceProviders: [],
    createdAt: now,
    idleAt: now + minutes(30),
    expiresAt: now + hours(1),
  };
}

/** Everything that staff do with authenticators, wherever sessions and counters are. */
async function showAndReset(site: Site): Promise<void> {
  const { gakumon, asServer } = site;
  await enrol(site);
  await asServer(async ({ idp }) => {
    for (const [id, by] of [
      ['a', app],
      ['k', key],
      ['p', undefined],
    ] as const) {
      await idp.sessions.create(sessionProvedBy(id, by));
    }
  });
  const table = (await gakumon('user', 'authenticators', student)).stdout;
  expect(table.split('\n')[0]).toMatch(/^id +kind +name +since +last used +from +notes$/);
  expect(table).toMatch(/key +passkey +YubiKey +2026-04-02T09:00:00\+09:00 +never +preferred, may come first/);
  expect(table).toMatch(
    /app +TOTP +電話 +2026-04-01T09:00:00\+09:00 +2026-05-01T09:00:00\+09:00 +192\.0\.2\.1 +shared/,
  );
  expect(table).toMatch(/directory +TOTP .* stands in the directory/);
  const json = (await gakumon('user', 'authenticators', student, '--json')).stdout;
  expect(JSON.parse(json)[0]).toEqual({
    id: 'key',
    kind: 'webauthn',
    name: 'YubiKey',
    since: '2026-04-02T00:00:00.000Z',
    lastUsed: null,
    preferred: true,
    mayComeFirst: true,
    shared: false,
    synced: false,
    inDirectory: false,
    ofOtherDirectory: null,
  });
  const shown = JSON.parse((await gakumon('user', 'show', student, '--json')).stdout);
  expect(shown).toMatchObject({
    user: student,
    directory: 'local',
    disabled: false,
    groups: ['students'],
    sessions: 3,
  });
  expect(shown.wrongTries).toEqual([]);
  expect(table + json + JSON.stringify(shown)).not.toMatch(/GEZDG|credential-of|public-key/);

  const one = await gakumon('user', 'reset-authenticator', student, 'app');
  expect(one).toMatchObject({
    code: 0,
    stdout: 'took away 1 authenticator of s1234567; ended 1 session:\n  totp 電話 (app)\n',
  });
  const again = await gakumon('user', 'reset-authenticator', student, 'app');
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('s1234567 has no authenticator app') });
  const rest = await gakumon('user', 'reset-authenticator', student, '--all', '--json');
  expect(JSON.parse(rest.stdout)).toEqual({
    user: student,
    removed: [{ id: 'key', kind: 'webauthn', name: 'YubiKey' }],
    endedSessions: 1,
    wasUnopenable: false,
  });
  const left = JSON.parse((await gakumon('user', 'sessions', student, '--json')).stdout);
  expect(left.map(({ id }: { id: string }) => id)).toEqual(['p'.padEnd(22, 'A')]);
  const events = JSON.parse((await gakumon('user', 'history', student, '--json')).stdout);
  expect(events).toContainEqual(
    expect.objectContaining({
      kind: 'authenticator-removed',
      actor: 'operator',
      detail: expect.stringContaining('電話'),
    }),
  );
}

/** What was counted against somebody is shown, and forgotten. */
async function unlock({ gakumon, asServer }: Site): Promise<void> {
  await asServer(async ({ idp }) => {
    for (let tries = 0; tries < 8; tries += 1) {
      await countTry(idp, { kind: 'account', value: student });
    }
  });
  expect((await gakumon('user', 'show', student)).stdout).toMatch(
    /wrong tries +password: 8 of 8 in ten minutes, until \d{4}-.*\+09:00: held/,
  );
  expect(await gakumon('user', 'unlock', student)).toMatchObject({
    code: 0,
    stdout: 'nothing is counted here against s1234567 any more\n',
  });
  expect((await gakumon('user', 'show', student)).stdout).toMatch(/wrong tries +none/);
}

const at = Date.parse('2026-11-22T09:00:00Z');
const first: Case = {
  reference: 'K7Q2-9F' as CaseReference,
  at: at + 2000,
  code: 'otp-wrong',
  detail: undefined,
  serviceProvider: 'https://sp.example.ac.jp/shibboleth',
  username: student,
  address: '192.0.2.1',
  attempt: 'attempt-1' as AttemptId,
  timeline: [
    { at, kind: 'asked', text: 'https://sp.example.ac.jp/shibboleth asks for https://refeds.org/profile/mfa' },
    { at: at + 1000, kind: 'tried', text: 'totp: a wrong code\u001b[31m' },
  ],
};
const second: Case = {
  ...first,
  reference: 'W3XY-ZA' as CaseReference,
  at: at + 4000,
  code: 'otp-start-again',
  timeline: [...(first.timeline ?? []), { at: at + 3000, kind: 'tried', text: 'totp: another wrong code' }],
};

/** At the portal, which is no service. */
const settingUp: Case = {
  ...first,
  reference: 'SETT-NG' as CaseReference,
  serviceProvider: undefined,
  attempt: 'attempt-2' as AttemptId,
  timeline: [{ at, kind: 'tried', text: 'one-time code while setting up: otp-wrong' }],
};

async function showCases({ gakumon, asServer }: Site): Promise<void> {
  await asServer(async ({ idp }) => {
    for (const entry of [
      first,
      second,
      { ...first, reference: 'ABCD-EF' as CaseReference, attempt: undefined },
      settingUp,
    ]) {
      await idp.cases.record(entry);
    }
  });
  const told = await gakumon('case', 'w3xyza');
  expect(told).toMatchObject({ code: 0, stderr: '' });
  expect(told.stdout).toBe(`case     W3XY-ZA
when     2026-11-22T18:00:04+09:00
refused  otp-start-again
service  https://sp.example.ac.jp/shibboleth
person   s1234567
address  192.0.2.1
next     three wrong one-time codes in one login; the password is asked for again
         gakumon user show s1234567
         gakumon policy explain --user s1234567 --sp 'https://sp.example.ac.jp/shibboleth' --ip 192.0.2.1

when                       what     in this login
2026-11-22T18:00:00+09:00  asked    https://sp.example.ac.jp/shibboleth asks for https://refeds.org/profile/mfa
2026-11-22T18:00:01+09:00  tried    totp: a wrong code [31m
2026-11-22T18:00:02+09:00  refused  K7Q2-9F otp-wrong
2026-11-22T18:00:03+09:00  tried    totp: another wrong code
2026-11-22T18:00:04+09:00  refused  W3XY-ZA otp-start-again
`);
  const json = JSON.parse((await gakumon('case', 'K7Q2-9F', '--json')).stdout);
  expect(json).toMatchObject({
    reference: 'K7Q2-9F',
    code: 'otp-wrong',
    at: '2026-11-22T09:00:02.000Z',
    username: student,
  });
  expect(json.next).toContain(`gakumon user show ${student}`);
  expect(json.login.map((entry: Case) => entry.reference)).toEqual(['K7Q2-9F', 'W3XY-ZA']);
  const setUp = JSON.parse((await gakumon('case', 'SETT-NG', '--json')).stdout);
  expect(setUp).toMatchObject({
    hint: expect.stringMatching(/^ask which entry of the app/),
    next: [`gakumon user show ${student}`, `gakumon policy explain --user ${student} --ip 192.0.2.1`],
  });
  const alone = JSON.parse((await gakumon('case', 'ABCDEF', '--json')).stdout);
  expect(alone.login.map((entry: Case) => entry.reference)).toEqual(['ABCD-EF']);
  expect(await gakumon('case', 'K7Q2-9G')).toMatchObject({ code: 1, stderr: expect.stringContaining('no such case') });
}

describe('authenticators, counters and cases, for staff', () => {
  test('in the records', async () => {
    const site = await makeSite();
    await showAndReset(site);
    await unlock(site);
    await showCases(site);
  }, 120_000);

  test('a new sealing key, a backup and a restore carry them', async () => {
    const { gakumon, ...site } = await makeSite();
    await enrol({ gakumon, ...site });
    const authenticators = async (...of: string[]) =>
      JSON.parse((await gakumon(...of, 'user', 'authenticators', student, '--json')).stdout);
    const before = await authenticators();
    expect(before).toHaveLength(3);
    const { id } = JSON.parse((await gakumon('keys', 'list', '--json')).stdout).sealing[0];
    const added = (await gakumon('keys', 'sealing', 'add')).stdout.match(/[0-9a-f]{8}/)?.[0] ?? '';
    expect(await gakumon('keys', 'sealing', 'use', added, '--copied')).toMatchObject({ code: 0 });
    expect((await gakumon('keys', 'reseal')).stdout).toContain(`resealed 2 secrets under ${added}`);
    expect(await gakumon('keys', 'sealing', 'retire', id, '--force')).toMatchObject({ code: 0 });
    expect(await authenticators()).toEqual(before);
    expect(await gakumon('records', 'backup', 'out.tar.gz')).toMatchObject({ code: 0 });
    expect(await gakumon('records', 'restore', 'out.tar.gz', '--dir', 'new')).toMatchObject({ code: 0 });
    expect(await authenticators('--config', 'new/gakumon.yaml')).toEqual(before);
  }, 120_000);

  test('a record that no key opens is told of, and taken away with all; nobody was let in meanwhile', async () => {
    const site = await makeSite();
    await enrol(site);
    await site.asServer(async ({ sealed, idp }) => {
      const row = await sealed.find('authenticators', student);
      if (row !== undefined) await sealed.replace({ ...row, sealed: new Uint8Array(60) }, row.revision);
      await idp.sessions.create(sessionProvedBy('a', app));
    });
    const refused = { code: 1, stdout: '', stderr: expect.stringContaining('the authenticators "s1234567"') };
    expect(await site.gakumon('user', 'authenticators', student)).toMatchObject(refused);
    expect(await site.gakumon('user', 'reset-authenticator', student, 'app')).toMatchObject(refused);
    expect(await site.gakumon('user', 'reset-authenticator', student, '--all')).toMatchObject({
      code: 0,
      stdout: 'took away the authenticators of s1234567, which no key opened; ended 1 session\n',
    });
    expect((await site.gakumon('user', 'sessions', student)).stdout).toBe('s1234567 has no sessions\n');
    expect((await site.gakumon('user', 'authenticators', student)).stdout).not.toContain('電話');
  }, 120_000);
});

describeWith(redisPrograms, 'authenticators, counters and cases, with sessions in Redis', () => {
  test('all the same', async () => {
    const { port } = await privateRedis();
    const site = await makeSite({ redis: { url: `redis://127.0.0.1:${port}`, prefix: 'cli:' } });
    await showAndReset(site);
    await unlock(site);
    await showCases(site);
  }, 120_000);
});
