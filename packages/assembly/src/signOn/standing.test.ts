import { createFileDirectory, type FilePerson, hashPassword } from '@gakumon/directory';
import { acceptPassword, continueSso, findSession, type SsoAttempt, type Visitor } from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeTestIdp, password, readBy } from './testIdp.ts';

const cost = { logN: 10, r: 8, p: 1 };
const newPassword = '新しい言葉';

/** Somebody who is signed in, in a directory that is changed afterwards. */
async function signedInAt() {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const original: FilePerson = {
    username: 's1234567',
    passwordHash: await hashPassword(password, cost),
    groups: [],
    totpSecret: undefined,
    attributes: {},
  };
  let people: readonly FilePerson[] = [original];
  const made = await makeTestIdp([sp], { clock, directories: [createFileDirectory('local', () => people)] });
  const { idp } = made;
  const visitor = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
  made.events.length = 0;
  return {
    ...made,
    sp,
    visitor,
    change: async (changes: Partial<FilePerson>) => {
      people = [{ ...original, ...changes }];
    },
    leave: () => {
      people = [{ ...original, username: 'f1234567' }];
    },
    next: async (from: Visitor = visitor) => {
      const { attempt, requestId } = await ask(idp, sp);
      return { attempt, requestId, step: await continueSso(idp, attempt, from) };
    },
    type: (attempt: SsoAttempt, typed: string, from: Visitor = visitor) =>
      acceptPassword(idp, attempt, from, { username: 's1234567', password: typed }),
  };
}

describe('a session', () => {
  test('lives on when something else than the password changes', async () => {
    const at = await signedInAt();
    await at.change({ groups: ['alumni'] });
    expect((await at.next()).step).toMatchObject({ kind: 'deliver', session: undefined });
    expect(at.events).toMatchObject([{ kind: 'sign-on', username: 's1234567' }]);
  });

  test("attack: the thief's session, begun with the old password, ends with its change", async () => {
    const at = await signedInAt();
    await at.change({ passwordHash: await hashPassword(newPassword, cost) });
    const { attempt, step } = await at.next();
    expect(step).toMatchObject({ kind: 'login' });
    expect(await at.idp.sessions.listOfPerson('s1234567' as never, at.clock())).toEqual([]);
    expect(at.events).toMatchObject([{ kind: 'session-ended', actor: 'system', detail: 'password changed' }]);
    await expect(at.type(attempt, password)).rejects.toMatchObject({ code: 'credentials-wrong' });
    await at.type(attempt, newPassword);
    expect(await continueSso(at.idp, attempt, at.visitor)).toMatchObject({
      kind: 'deliver',
      session: { token: expect.any(String) },
    });
  });

  test('attack: the old proof says nothing in a session that was proved again with the new password', async () => {
    const at = await signedInAt();
    const began = at.clock();
    at.clock.advance(minutes(10));
    const forced = await ask(at.idp, at.sp, { forceAuthn: true });
    await at.change({ passwordHash: await hashPassword(newPassword, cost) });
    await at.type(forced.attempt, newPassword);
    const step = await continueSso(at.idp, forced.attempt, at.visitor);
    const again = afterwards(step, at.visitor);
    at.clock.advance(minutes(10));
    const { requestId, step: later } = await at.next(again);
    expect(readBy(at.sp, later, requestId).assertion?.authnInstant).toBe(began + minutes(10));
  });

  test.each([
    ['account disabled', (at: Awaited<ReturnType<typeof signedInAt>>) => at.change({ isDisabled: true })],
    ['person unknown', async (at: Awaited<ReturnType<typeof signedInAt>>) => at.leave()],
  ])('attack: is ended at its next use: %s', async (detail, change) => {
    const at = await signedInAt();
    await change(at);
    expect((await at.next()).step).toMatchObject({ kind: 'login' });
    expect(at.events).toMatchObject([{ kind: 'session-ended', actor: 'system', detail }]);
    await at.change({});
    expect((await at.next()).step).toMatchObject({ kind: 'login' });
  });

  test('attack: every page looks at it in the same way, not only those of an SSO', async () => {
    const at = await signedInAt();
    if (at.visitor.session === undefined) throw new Error('no session');
    expect(await findSession(at.idp, at.visitor.session)).toMatchObject({ username: 's1234567' });
    await at.change({ isDisabled: true });
    expect(await findSession(at.idp, at.visitor.session)).toBeUndefined();
    await at.change({});
    expect(await findSession(at.idp, at.visitor.session)).toBeUndefined();
  });

  test('with IsPassive the SP hears that nobody is there', async () => {
    const at = await signedInAt();
    await at.change({ isDisabled: true });
    const { attempt } = await ask(at.idp, at.sp, { isPassive: true });
    expect(await continueSso(at.idp, attempt, at.visitor)).toMatchObject({ kind: 'deliver', refusal: 'no-passive' });
  });
});

describe('a login that was begun', () => {
  test.each([
    ['the password was changed', async () => ({ passwordHash: await hashPassword(newPassword, cost) })],
    ['the account was disabled', async () => ({ isDisabled: true })],
  ])('attack: is worth nothing when meanwhile %s', async (_, changes) => {
    const at = await signedInAt();
    const { attempt } = await ask(at.idp, at.sp);
    await at.type(attempt, password, browser);
    await at.change(await changes());
    expect(await continueSso(at.idp, attempt, browser)).toMatchObject({ kind: 'login' });
    await at.change({});
    expect(await continueSso(at.idp, attempt, browser)).toMatchObject({ kind: 'login' });
  });
});

describe('a disabled account', () => {
  test('is told to who knows the password, who has proved nothing by it', async () => {
    const at = await signedInAt();
    await at.change({ isDisabled: true });
    const { attempt } = await ask(at.idp, at.sp);
    await expect(at.type(attempt, password, browser)).rejects.toMatchObject({ code: 'account-disabled' });
    await at.change({});
    expect(await continueSso(at.idp, attempt, browser)).toMatchObject({ kind: 'login' });
  });

  test('attack: a guess learns nothing from it: the same answer, and the same throttle', async () => {
    const at = await signedInAt();
    await at.change({ isDisabled: true });
    const { attempt } = await ask(at.idp, at.sp);
    for (let tries = 0; tries < 8; tries += 1) {
      await expect(at.type(attempt, `guess ${tries}`, browser)).rejects.toMatchObject({ code: 'credentials-wrong' });
    }
    await expect(at.type(attempt, password, browser)).rejects.toMatchObject({ code: 'account-throttled' });
  });

  test('is locked out by nobody who types the right password again and again', async () => {
    const at = await signedInAt();
    await at.change({ isDisabled: true });
    const { attempt } = await ask(at.idp, at.sp);
    for (let tries = 0; tries < 20; tries += 1) {
      await expect(at.type(attempt, password, browser)).rejects.toMatchObject({ code: 'account-disabled' });
    }
  });
});
