import type { Directory } from '@gakumon/directory';
import { acceptPassword, continueSso, type SsoAttempt } from '@gakumon/idp';
import { GakumonError, minutes } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, browser, logIn, makeDirectory, makeTestIdp, password, type TestIdp } from './testIdp.ts';

async function begin(options: Parameters<typeof makeTestIdp>[1] = {}): Promise<TestIdp & { attempt: SsoAttempt }> {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const made = await makeTestIdp([sp], { clock, ...options });
  return { ...made, attempt: (await ask(made.idp, sp)).attempt };
}

const type = (
  { idp, attempt }: { idp: TestIdp['idp']; attempt: SsoAttempt },
  username: string,
  typed: string,
  address = browser.address,
) => acceptPassword(idp, attempt, { ...browser, address }, { username, password: typed });

describe('a password', () => {
  test('is taken with the login name as people type it', async () => {
    const at = await begin();
    await type(at, ' S1234567 ', password);
    expect(await continueSso(at.idp, at.attempt, browser)).toMatchObject({ kind: 'deliver' });
  });
  test.each([
    ['a wrong password', 's1234567', 'wrong', { code: 'credentials-wrong', data: { mailHint: 0 } }],
    ['an unknown person', 'nobody', password, { code: 'credentials-wrong', data: { mailHint: 0 } }],
    ['a mail address', 's1234567@example.ac.jp', password, { code: 'credentials-wrong', data: { mailHint: 1 } }],
    ['a name with a space in it', 's123 4567', password, { code: 'credentials-wrong' }],
    ['no name', '　', password, { code: 'credentials-missing' }],
    ['no password', 's1234567', '', { code: 'credentials-missing' }],
  ])('%s proves nothing', async (_, username, typed, refusal) => {
    const at = await begin();
    await expect(type(at, username, typed)).rejects.toMatchObject(refusal);
    expect(await continueSso(at.idp, at.attempt, browser)).toMatchObject({ kind: 'login' });
  });
  test('attack: the password of a guest does not open the account of the same name in an earlier directory', async () => {
    const directories = [
      await makeDirectory('staff', 'yamada', 'staff-password'),
      await makeDirectory('guests', 'yamada', 'guest-password'),
    ];
    const at = await begin({ directories });
    await expect(type(at, 'yamada', 'guest-password')).rejects.toMatchObject({ code: 'credentials-wrong' });
  });
  test('a person of the second directory logs in', async () => {
    const directories = [
      await makeDirectory('staff', 'yamada', 'x'),
      await makeDirectory('students', 's1234567', password),
    ];
    const at = await begin({ directories });
    expect(await logIn(at.idp, at.attempt)).toMatchObject({ kind: 'deliver' });
  });
});

describe('guessing', () => {
  test('attack: an account is held after eight wrong passwords, the right one included, and freed when the window ends', async () => {
    const at = await begin();
    for (let tries = 0; tries < 8; tries += 1) {
      await expect(type(at, 's1234567', `guess ${tries}`)).rejects.toMatchObject({ code: 'credentials-wrong' });
    }
    await expect(type(at, 's1234567', password)).rejects.toMatchObject({
      code: 'account-throttled',
      data: { minutes: 10 },
    });
    at.clock.advance(minutes(10));
    await type(at, 's1234567', password);
  });
  test('attack: parallel guesses are all counted', async () => {
    const at = await begin();
    const tries = await Promise.allSettled(
      Array.from({ length: 30 }, (_, guess) => type(at, 's1234567', `guess ${guess}`)),
    );
    const codes = tries.map((tried) => (tried.status === 'rejected' ? tried.reason.code : 'accepted'));
    expect(codes.filter((code) => code === 'credentials-wrong')).toHaveLength(8);
    expect(codes.filter((code) => code === 'account-throttled')).toHaveLength(22);
  });
  test('a right password clears the count of the account', async () => {
    const at = await begin();
    for (let round = 0; round < 3; round += 1) {
      for (let tries = 0; tries < 7; tries += 1) await type(at, 's1234567', 'wrong').catch(() => undefined);
      await type(at, 's1234567', password);
    }
  });
  test('an address is never shut out, only slowed down', async () => {
    const at = await begin();
    for (let student = 0; student < 70; student += 1)
      await type(at, `student${student}`, 'wrong').catch(() => undefined);
    expect(at.delays.at(-1)).toBeGreaterThan(0);
    await type(at, 's1234567', password);
    expect(await continueSso(at.idp, at.attempt, browser)).toMatchObject({ kind: 'deliver' });
  });
  test('a network that names its own limit is slowed down by that', async () => {
    const made = await begin();
    const lectureHall = { name: 'hall', include: ['192.0.2.0/24'], exclude: [], text: undefined, wrongPasswords: 600 };
    const policy = { ...made.idp.policy(), networks: [lectureHall] };
    const at = { ...made, idp: { ...made.idp, policy: () => policy } };
    for (let student = 0; student < 70; student += 1)
      await type(at, `student${student}`, 'wrong').catch(() => undefined);
    expect(at.delays).toEqual([]);
  });
  test('another address is not slowed down', async () => {
    const at = await begin();
    for (let student = 0; student < 70; student += 1)
      await type(at, `student${student}`, 'wrong').catch(() => undefined);
    const before = at.delays.length;
    await type(at, 's1234567', password, '198.51.100.7');
    expect(at.delays).toHaveLength(before);
  });
});

describe('a try that came to nothing is no wrong password', () => {
  /** The directory of the tests, which breaks down before it looks at a password for as long as `state.broken`. */
  async function beginBreakable(code: 'busy' | 'store-unavailable') {
    const local = await makeDirectory('local', 's1234567', password);
    const state = { broken: true };
    const breakable: Directory = {
      ...local,
      verifyPassword: async (...asked) => {
        if (state.broken) throw new GakumonError(code);
        return local.verifyPassword(...asked);
      },
    };
    return { ...(await begin({ directories: [breakable] })), state };
  }

  test.each(['busy', 'store-unavailable'] as const)('attack: %s twenty times locks nobody out', async (code) => {
    const at = await beginBreakable(code);
    for (let tries = 0; tries < 20; tries += 1) await expect(type(at, 's1234567', 'x')).rejects.toMatchObject({ code });
    at.state.broken = false;
    await type(at, 's1234567', password);
  });
  test('attack: a crowd of strangers who hang up locks nobody out, those that were refused meanwhile included', async () => {
    const at = await begin();
    const gone = AbortSignal.abort();
    const typed = { username: 's1234567', password: 'guess' };
    const crowd = Array.from({ length: 100 }, () => acceptPassword(at.idp, at.attempt, browser, typed, gone));
    for (const tried of await Promise.allSettled(crowd)) expect(tried).toMatchObject({ status: 'rejected' });
    await type(at, 's1234567', password);
  });
  test('attack: failures between guesses give no guess back', async () => {
    const at = await beginBreakable('busy');
    const codes: string[] = [];
    for (let tries = 0; tries < 24; tries += 1) {
      at.state.broken = tries % 2 === 0;
      await type(at, 's1234567', `guess ${tries}`).catch((error) => codes.push(error.code));
    }
    expect(codes.filter((code) => code === 'credentials-wrong')).toHaveLength(8);
  });
  test('who hangs up while the right password is checked leaves no proof behind', async () => {
    const hangUp = new AbortController();
    const local = await makeDirectory('local', 's1234567', password);
    const slow: Directory = {
      ...local,
      verifyPassword: async (...asked) => {
        const verdict = await local.verifyPassword(...asked);
        hangUp.abort();
        return verdict;
      },
    };
    const at = await begin({ directories: [slow] });
    const typed = { username: 's1234567', password };
    const login = acceptPassword(at.idp, at.attempt, browser, typed, hangUp.signal);
    await expect(login).rejects.toMatchObject({ code: 'busy' });
    expect(await continueSso(at.idp, at.attempt, browser)).toMatchObject({ kind: 'login' });
  });
  test('the directory is told whose turn it is: one /64 has one', async () => {
    const turns: (string | undefined)[] = [];
    const local = await makeDirectory('local', 's1234567', password);
    const noting: Directory = {
      ...local,
      verifyPassword: async (username, typed, options) => {
        turns.push(options?.turn);
        return local.verifyPassword(username, typed, options);
      },
    };
    const at = await begin({ directories: [noting] });
    for (const address of ['192.0.2.1', '2001:db8::1', '2001:db8::2']) await type(at, 's1234567', password, address);
    expect(turns).toEqual(['192.0.2.1', '2001:db8:0:0::/64', '2001:db8:0:0::/64']);
  });
});
