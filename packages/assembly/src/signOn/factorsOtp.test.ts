import { acceptOtp, type Idp, resetAuthenticators, unlockPerson } from '@gakumon/idp';
import { newTotpSecret } from '@gakumon/mfa';
import { GakumonError, hours, minutes } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import {
  attemptOf,
  beginLogin,
  codeNow,
  codeOf,
  giveTotp,
  guess,
  openSession,
  other,
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
type WithTotp = Awaited<ReturnType<typeof begin>>;

const type = ({ idp, attempt, authenticator }: WithTotp, code: string, visitor = browser) =>
  acceptOtp(idp, attempt, visitor, { authenticator, code });

describe('a one-time code', () => {
  test('is added to what the login has proved, with the authenticator and where it was used', async () => {
    const at = await begin();
    await type(at, codeNow(at.clock));
    const pending = await at.idp.pendingLogins.find(at.attempt.id, browser.browser);
    expect(pending?.facts).toMatchObject([
      { authenticator: 'password' },
      { authenticator: 'totp', id: at.authenticator, address: browser.address, at: at.clock() },
    ]);
    expect((await at.idp.authenticators.find(student)).authenticators).toMatchObject([
      { lastUsed: { at: at.clock(), address: browser.address }, drift: 0 },
    ]);
  });
  test('of somebody with a session is a proof beside it', async () => {
    const at = await begin();
    const visitor = await openSession(at, 'live');
    const attempt = attemptOf('attempt-of-session');
    await acceptOtp(at.idp, attempt, visitor, { authenticator: at.authenticator, code: codeNow(at.clock) });
    expect(await provedIn({ idp: at.idp, attempt }, visitor)).toEqual(['totp']);
  });
  test('the drift of the device is remembered, and one that is too far off is told', async () => {
    const at = await begin();
    await type(at, codeNow(at.clock, -1));
    expect((await at.idp.authenticators.find(student)).authenticators).toMatchObject([{ drift: -1 }]);
    at.clock.advance(hours(1));
    await typePassword(at);
    await expect(type(at, codeNow(at.clock, -6))).rejects.toMatchObject({
      code: 'otp-drift',
      data: { minutes: 3, slow: 1, remaining: 2 },
    });
  });
  test.each([
    ['nothing typed', ' ', 'otp-missing'],
    ['no code', 'abcdef', 'otp-missing'],
    ['a digit too few', '12345', 'otp-missing'],
  ])('%s is told, however often, and counts as no try', async (_, code, refusal) => {
    const at = await begin();
    for (let tries = 0; tries < 4; tries += 1) expect(await codeOf(type(at, code))).toBe(refusal);
    await expect(type(at, wrongCode(at.clock))).rejects.toMatchObject({ code: 'otp-wrong', data: { remaining: 2 } });
  });
  test('counts down, and the third wrong one begins the login again', async () => {
    const at = await begin();
    const wrong = wrongCode(at.clock);
    await expect(type(at, wrong)).rejects.toMatchObject({ code: 'otp-wrong', data: { remaining: 2 } });
    await expect(type(at, wrong)).rejects.toMatchObject({ code: 'otp-wrong', data: { remaining: 1 } });
    expect(await codeOf(type(at, wrong))).toBe('otp-start-again');
    expect(await provedIn(at)).toEqual([]);
    expect(await codeOf(type(at, codeNow(at.clock)))).toBe('session-gone');
    await typePassword(at);
    await type(at, codeNow(at.clock));
  });
  test('a right one clears what was counted', async () => {
    const at = await begin();
    for (let round = 0; round < 6; round += 1) {
      at.clock.advance(minutes(2));
      await typePassword(at);
      for (let tries = 0; tries < 2; tries += 1) expect(await codeOf(type(at, wrongCode(at.clock)))).toBe('otp-wrong');
      await type(at, codeNow(at.clock));
    }
  });
});

describe('stepping over a step', () => {
  test('attack: a code without a password proves nothing', async () => {
    const at = await begin();
    const fresh = { ...at, attempt: attemptOf('nothing-proved') };
    expect(await codeOf(type(fresh, codeNow(at.clock)))).toBe('session-gone');
    expect(await provedIn(fresh)).toEqual([]);
  });
  test('attack: the password that was typed in another browser, or another login, is none here', async () => {
    const at = await begin();
    expect(await codeOf(type(at, codeNow(at.clock), visitorIn('another')))).toBe('session-gone');
    expect(await codeOf(type({ ...at, attempt: attemptOf('another') }, codeNow(at.clock)))).toBe('session-gone');
  });
  test('attack: the authenticator of somebody else is none of this person', async () => {
    const at = await begin();
    const attempt = attemptOf('of-the-other');
    await typePassword({ idp: at.idp, attempt }, browser, other);
    expect(await codeOf(type({ ...at, attempt }, codeNow(at.clock)))).toBe('authenticator-not-found');
  });
  test('attack: somebody who completes the password of another does not take the code along', async () => {
    const at = await begin();
    await type(at, codeNow(at.clock));
    await typePassword(at, browser, other);
    expect(await provedIn(at)).toEqual(['password']);
  });
  test('one that was removed meanwhile is not accepted', async () => {
    const at = await begin();
    await resetAuthenticators(at.idp, student, { actor: 'operator' });
    expect(await codeOf(type(at, codeNow(at.clock)))).toBe('authenticator-not-found');
  });
  test('attack: one that is removed while its code is checked is not accepted, and does not come back', async () => {
    const at = await begin();
    const idp: Idp = {
      ...at.idp,
      codes: {
        use: async (...asked) => {
          await resetAuthenticators(at.idp, student, { actor: 'operator' });
          return at.idp.codes.use(...asked);
        },
      },
    };
    expect(await codeOf(type({ ...at, idp }, codeNow(at.clock)))).toBe('authenticator-not-found');
    expect(await provedIn(at)).toEqual(['password']);
    expect((await at.idp.authenticators.find(student)).authenticators).toEqual([]);
  });
});

test('attack: a code that is checked while its secret is exported is one of a shared secret', async () => {
  const at = await begin();
  const idp: Idp = {
    ...at.idp,
    codes: {
      use: async (...asked) => {
        await at.idp.authenticators.change(student, (record) => ({
          ...record,
          authenticators: record.authenticators.map((one) => (one.kind === 'totp' ? { ...one, isShared: true } : one)),
        }));
        return at.idp.codes.use(...asked);
      },
    },
  };
  await type({ ...at, idp }, codeNow(at.clock));
  const pending = await at.idp.pendingLogins.find(at.attempt.id, browser.browser);
  expect(pending?.facts.at(-1)?.traits).toEqual(['shared']);
});

describe('one code, once', () => {
  test('attack: of many logins with the same code at once, one goes on', async () => {
    const at = await begin();
    const logins = Array.from({ length: 8 }, (_, index) => attemptOf(`parallel-${index}`));
    for (const attempt of logins) await typePassword({ idp: at.idp, attempt });
    const code = codeNow(at.clock);
    const told = await Promise.all(logins.map((attempt) => codeOf(type({ ...at, attempt }, code))));
    expect(told.filter((one) => one === 'done')).toHaveLength(1);
    const proved = await Promise.all(logins.map((attempt) => provedIn({ idp: at.idp, attempt })));
    expect(proved.filter((facts) => facts.includes('totp'))).toHaveLength(1);
  });
  test('attack: the code that was seen over a shoulder is used; to try it again is no guess, and clears none', async () => {
    const at = await begin();
    await type(at, codeNow(at.clock));
    const attempt = attemptOf('over-the-shoulder');
    await typePassword({ idp: at.idp, attempt });
    const again = { ...at, attempt };
    await expect(type(again, wrongCode(at.clock))).rejects.toMatchObject({ data: { remaining: 2 } });
    for (let tries = 0; tries < 12; tries += 1) {
      await expect(type(again, codeNow(at.clock))).rejects.toMatchObject({ code: 'otp-used', data: {} });
    }
    expect(await provedIn(again)).toEqual(['password']);
    await expect(type(again, wrongCode(at.clock))).rejects.toMatchObject({ data: { remaining: 1 } });
  });
});

describe('guessing', () => {
  test('attack: a new browser and a new login bring no new tries', async () => {
    const at = await begin();
    const told = await guess(at, at.authenticator, 12);
    expect(told.filter((code) => code === 'authenticator-throttled')).toHaveLength(3);
    expect(told.slice(0, 3)).toEqual(['otp-wrong', 'otp-wrong', 'otp-start-again']);
    await expect(type(at, codeNow(at.clock))).rejects.toMatchObject({
      code: 'authenticator-throttled',
      data: { minutes: 60 },
    });
    expect(at.events.filter(({ kind }) => kind === 'authenticator-throttled')).toMatchObject([
      { username: student, actor: 'system', detail: expect.stringContaining('9 wrong codes') },
    ]);
  });
  test('it ends by itself, thirty times a day at most', async () => {
    const at = await begin();
    for (let hour = 0; hour < 3; hour += 1) {
      expect(await guess(at, at.authenticator, 9)).not.toContain('authenticator-throttled');
      at.clock.advance(hours(1));
    }
    const told = await guess(at, at.authenticator, 5);
    expect(told.filter((code) => code === 'authenticator-throttled')).toHaveLength(2);
    at.clock.advance(hours(21));
    await typePassword(at);
    await type(at, codeNow(at.clock));
  });
  test('attack: parallel guesses are all counted', async () => {
    const at = await begin();
    const wrong = wrongCode(at.clock);
    const logins = Array.from({ length: 40 }, (_, index) => attemptOf(`crowd-${index}`));
    for (const attempt of logins) await typePassword({ idp: at.idp, attempt });
    const told = await Promise.all(logins.map((attempt) => codeOf(type({ ...at, attempt }, wrong))));
    expect(told.filter((code) => code !== 'authenticator-throttled')).toHaveLength(9);
  });
  test('another authenticator of the same person still serves, and so does that of somebody else', async () => {
    const at = await begin();
    const of = newTotpSecret();
    const second = await giveTotp(at.idp, student, 'Tablet', of);
    await guess(at, at.authenticator, 9);
    await typePassword(at);
    await acceptOtp(at.idp, at.attempt, browser, { authenticator: second, code: codeNow(at.clock, 0, of) });
  });
  test('staff can let somebody in again at once', async () => {
    const at = await begin();
    await guess(at, at.authenticator, 9);
    await unlockPerson(at.idp, student);
    await typePassword(at);
    await type(at, codeNow(at.clock));
  });
  test('a store that is down counts as no try, and lets nobody in', async () => {
    const at = await begin();
    const down = () => Promise.reject(new GakumonError('store-unavailable'));
    const idp: Idp = { ...at.idp, codes: { use: down } };
    for (let tries = 0; tries < 20; tries += 1) {
      expect(await codeOf(type({ ...at, idp } as WithTotp & Rig, codeNow(at.clock)))).toBe('store-unavailable');
    }
    expect(await provedIn(at)).toEqual(['password']);
    await type(at, codeNow(at.clock));
  });
});
