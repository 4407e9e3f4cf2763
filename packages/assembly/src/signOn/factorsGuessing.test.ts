import { acceptOtp, type Idp, listHolds, unlockPerson } from '@gakumon/idp';
import { type AuthenticatorId, GakumonError, hours } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import {
  attemptOf,
  beginLogin,
  codeNow,
  codeOf,
  giveTotp,
  guess,
  openSession,
  provedIn,
  type Rig,
  student,
  typePassword,
  visitorIn,
  wrongCode,
} from './factorsRig.ts';
import { browser } from './testIdp.ts';

async function begin() {
  const rig = await beginLogin();
  return { ...rig, authenticator: await giveTotp(rig.idp) };
}

/** How many of these guesses were looked at. */
async function countLookedAt(rig: Rig, authenticator: AuthenticatorId, times: number): Promise<number> {
  return (await guess(rig, authenticator, times)).filter((code) => code.startsWith('otp-')).length;
}

/** The owner logs in elsewhere, with a right code. */
async function logInAsOwner({ idp, clock }: Rig, authenticator: AuthenticatorId): Promise<string> {
  const attempt = attemptOf(`of-the-owner-${clock()}`);
  await typePassword({ idp, attempt });
  return codeOf(acceptOtp(idp, attempt, browser, { authenticator, code: codeNow(clock) }));
}

async function giveMany({ idp }: Rig, count: number): Promise<AuthenticatorId[]> {
  const ids: AuthenticatorId[] = [];
  for (let index = 0; index < count; index += 1) ids.push(await giveTotp(idp, student, `App ${index}`));
  return ids;
}

async function guessAtAll(rig: Rig, ids: readonly AuthenticatorId[], times: number): Promise<number> {
  let lookedAt = 0;
  for (const id of ids) lookedAt += await countLookedAt(rig, id, times);
  return lookedAt;
}

describe('beside the owner', () => {
  test('attack: their own logins bring whoever knows the password no more guesses in a day', async () => {
    const at = await begin();
    let lookedAt = 0;
    for (let hour = 0; hour < 5; hour += 1) {
      lookedAt += await countLookedAt(at, at.authenticator, 8);
      expect(await logInAsOwner(at, at.authenticator)).toBe(lookedAt < 30 ? 'done' : 'authenticator-throttled');
      at.clock.advance(hours(1));
    }
    expect(lookedAt).toBe(30);
  });
  test('a right code takes back its own try of the day, so that many logins a day hold nobody', async () => {
    const at = await begin();
    for (let login = 0; login < 40; login += 1) {
      expect(await logInAsOwner(at, at.authenticator)).toBe('done');
      at.clock.advance(300_000);
    }
    expect(await listHolds(at.idp, student, [at.authenticator])).toEqual([]);
  });
});

describe('many authenticators of one person', () => {
  test('attack: bring fifteen guesses in an hour and no more', async () => {
    const at = await begin();
    const ids = await giveMany(at, 6);
    expect(await guessAtAll(at, ids.slice(0, 5), 3)).toBe(15);
    expect(await guessAtAll(at, ids, 2)).toBe(0);
    expect(at.events.filter(({ kind }) => kind === 'authenticator-throttled')).toMatchObject([
      { username: student, detail: expect.stringContaining('15 wrong codes with all authenticators together') },
    ]);
    at.clock.advance(hours(1));
    expect(await logInAsOwner(at, at.authenticator)).toBe('done');
  });
  test('attack: and forty-five in a day, whatever the owner does', async () => {
    const at = await begin();
    const ids = await giveMany(at, 6);
    let lookedAt = 0;
    for (let hour = 0; hour < 4; hour += 1) {
      lookedAt += await guessAtAll(at, ids, 3);
      await logInAsOwner(at, at.authenticator);
      at.clock.advance(hours(1));
    }
    expect(lookedAt).toBe(45);
  });
  test('staff sees what is held, and lets the person in again at once', async () => {
    const at = await begin();
    const ids = await giveMany(at, 6);
    for (let hour = 0; hour < 3; hour += 1) {
      await guessAtAll(at, ids, 3);
      at.clock.advance(hours(1));
    }
    expect(await listHolds(at.idp, student, ids)).toContainEqual(
      expect.objectContaining({ about: 'codes', window: 'day', count: 45, limit: 45 }),
    );
    expect(await logInAsOwner(at, at.authenticator)).toBe('authenticator-throttled');
    await unlockPerson(at.idp, student);
    expect(await listHolds(at.idp, student, ids)).toEqual([]);
    expect(await logInAsOwner(at, at.authenticator)).toBe('done');
  });
  test('attack: strangers who have not proved the password count against nobody', async () => {
    const at = await begin();
    for (let tries = 0; tries < 40; tries += 1) {
      const typed = { authenticator: at.authenticator, code: wrongCode(at.clock) };
      expect(await codeOf(acceptOtp(at.idp, attemptOf('nothing'), visitorIn('stranger'), typed))).toBe('session-gone');
    }
    expect(await listHolds(at.idp, student, [at.authenticator])).toEqual([]);
  });
});

describe('a third wrong code, while the login cannot be taken away', () => {
  const down = () => Promise.reject(new GakumonError('store-unavailable'));
  const unremovable = (idp: Idp): Idp => ({ ...idp, pendingLogins: { ...idp.pendingLogins, remove: down } });

  test('attack: is counted all the same, and says that it went wrong', async () => {
    const at = await begin();
    const idp = unremovable(at.idp);
    const told: string[] = [];
    for (let tries = 0; tries < 20; tries += 1) {
      const typed = { authenticator: at.authenticator, code: wrongCode(at.clock) };
      told.push(await codeOf(acceptOtp(idp, at.attempt, browser, typed)));
    }
    const three = ['otp-wrong', 'otp-wrong', 'store-unavailable'];
    expect(told).toEqual([...three, ...three, ...three, ...Array(11).fill('authenticator-throttled')]);
    expect(await provedIn(at)).toEqual(['password']);
  });
  test('ends the session of the person in this browser all the same', async () => {
    const at = await begin();
    const visitor = await openSession(at, 'live');
    const attempt = attemptOf('with-session');
    for (let tries = 0; tries < 3; tries += 1) {
      const typed = { authenticator: at.authenticator, code: wrongCode(at.clock) };
      await codeOf(acceptOtp(unremovable(at.idp), attempt, visitor, typed));
    }
    const typed = { authenticator: at.authenticator, code: codeNow(at.clock) };
    expect(await codeOf(acceptOtp(at.idp, attempt, visitor, typed))).toBe('session-gone');
  });
});
