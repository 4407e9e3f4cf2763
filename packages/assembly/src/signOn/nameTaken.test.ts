import type { Directory } from '@gakumon/directory';
import {
  acceptAssertion,
  acceptOtp,
  beginAssertion,
  continueSso,
  type Idp,
  listAuthenticators,
  ownRecord,
  resetAuthenticators,
  type Visitor,
} from '@gakumon/idp';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import {
  attemptOf,
  beginLogin,
  codeNow,
  codeOf,
  givePasskey,
  giveTotp,
  here,
  provedIn,
  student,
} from './factorsRig.ts';
import { afterwards, ask, browser, logIn, makeDirectory, makeTestIdp } from './testIdp.ts';

const ofLocal = { username: student, directory: 'local' };
const ofStaff = { username: student, directory: 'staff' };

/** An earlier directory has a person of the same name since. */
async function withStaff(idp: Idp): Promise<Idp> {
  const directories = [await makeDirectory('staff', student, 'a quite different password'), ...idp.directories()];
  return { ...idp, directories: () => directories };
}

/** All people are of one directory, which had another name when they proved something. */
async function renamed(idp: Idp): Promise<Idp> {
  const directories = [await makeDirectory('renamed', student, 'a quite different password')];
  return { ...idp, directories: () => directories };
}

async function signedOn() {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const { idp } = await makeTestIdp([sp], { clock });
  const visitor = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
  const comesBack = async (to: Idp) => continueSso(to, (await ask(to, sp)).attempt, visitor);
  return { idp, comesBack };
}

async function usePasskey(
  idp: Idp,
  device: Awaited<ReturnType<typeof givePasskey>>['device'],
  visitor: Visitor = browser,
) {
  const attempt = attemptOf('passwordless');
  const { options, challenge } = await beginAssertion(idp, attempt, visitor, 'first');
  const answer = { challenge, response: device.get(options, { ...here }) };
  return {
    told: await codeOf(acceptAssertion(idp, attempt, visitor, answer)),
    proved: await provedIn({ idp, attempt }),
  };
}

test('attack: a session is nothing to whoever has its name in an earlier directory since, and ends', async () => {
  const { idp, comesBack } = await signedOn();
  expect(await comesBack(idp)).toMatchObject({ kind: 'deliver', refusal: undefined });
  expect(await comesBack(await withStaff(idp))).toMatchObject({ kind: 'login', fresh: false });
  // Also where the name is given back: it has ended
  expect(await comesBack(idp)).toMatchObject({ kind: 'login' });
});

test('a session goes on where its directory was only given another name', async () => {
  const { idp, comesBack } = await signedOn();
  const directories = idp.directories().map(
    (inner): Directory => ({
      ...inner,
      name: 'renamed',
      find: async (username) => {
        const person = await inner.find(username);
        return person && { ...person, directory: 'renamed' };
      },
    }),
  );
  expect(await comesBack({ ...idp, directories: () => directories })).toMatchObject({
    kind: 'deliver',
    refusal: undefined,
  });
});

test('attack: a begun login is nothing to them either', async () => {
  const rig = await beginLogin();
  const sp = pretendSp({ clock: rig.clock });
  const { idp } = await makeTestIdp([sp], { clock: rig.clock, directories: rig.idp.directories() });
  const { attempt } = await ask(idp, sp);
  expect(await logIn(idp, attempt)).toMatchObject({ kind: 'deliver', refusal: undefined });
  expect(await continueSso(await withStaff(idp), attempt, browser)).not.toHaveProperty('session.token');
  expect(await provedIn({ idp, attempt })).toEqual([]);
});

test('attack: a passkey and an app open nothing to them, and they have none', async () => {
  const rig = await beginLogin();
  const { device } = await givePasskey(rig);
  const authenticator = await giveTotp(rig.idp);
  const idp = await withStaff(rig.idp);
  expect(await usePasskey(idp, device)).toEqual({ told: 'passkey-unknown', proved: [] });
  expect(await listAuthenticators(idp, ofStaff)).toEqual([]);
  expect(await listAuthenticators(idp, ofLocal)).toHaveLength(2);
  const typed = { authenticator, code: codeNow(rig.clock) };
  expect(await codeOf(acceptOtp(idp, rig.attempt, browser, typed))).toBe('session-gone');
  expect(await usePasskey(rig.idp, device)).toEqual({ told: 'done', proved: ['webauthn'] });
});

test('both have their own beside each other, and a reset takes them all', async () => {
  const rig = await beginLogin();
  const { device } = await givePasskey(rig);
  const idp = await withStaff(rig.idp);
  await giveTotp(idp);
  expect((await listAuthenticators(idp, ofStaff)).map(({ kind }) => kind)).toEqual(['totp']);
  expect((await listAuthenticators(idp, ofLocal)).map(({ kind }) => kind)).toEqual(['webauthn']);
  expect(await usePasskey(rig.idp, device)).toMatchObject({ told: 'done' });
  await resetAuthenticators(idp, student, { actor: 'operator' });
  expect((await idp.authenticators.find(student)).authenticators).toEqual([]);
});

test('attack: a secret that was shown and not confirmed yet is not shown to them', async () => {
  const { idp } = await beginLogin();
  const begun = { id: 'x' as never, secret: 'JBSWY3DPEHPK3PXP', startedAt: 0, browser: browser.browser };
  await ownRecord(idp, ofLocal).change((record) => ({ ...record, pendingTotps: [begun] }));
  const record = ownRecord(await withStaff(idp), ofStaff);
  expect((await record.find()).pendingTotps).toEqual([]);
  await record.change((now) => ({ ...now, preferred: undefined }));
  expect((await ownRecord(idp, ofLocal).find()).pendingTotps).toEqual([{ ...begun, directory: 'local' }]);
});

test("what the release before enrolled is its person's, and theirs alone once they have used it", async () => {
  const rig = await beginLogin();
  const { device } = await givePasskey(rig);
  await rig.idp.authenticators.change(student, (record) => ({
    ...record,
    authenticators: record.authenticators.map(
      ({ directory: _, ...one }) => one as (typeof record.authenticators)[number],
    ),
  }));
  const idp = await withStaff(rig.idp);
  expect(await listAuthenticators(idp, ofStaff)).toHaveLength(1);
  expect(await usePasskey(rig.idp, device)).toMatchObject({ told: 'done' });
  expect(await listAuthenticators(idp, ofStaff)).toEqual([]);
});

test('authenticators go on where their directory was only given another name', async () => {
  const rig = await beginLogin();
  const { device } = await givePasskey(rig);
  expect(await usePasskey(await renamed(rig.idp), device)).toMatchObject({ told: 'done' });
});
