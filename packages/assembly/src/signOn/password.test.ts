import { acceptPassword, continueSso, type SsoAttempt } from '@gakumon/idp';
import { minutes } from '@gakumon/terms';
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
  test('another address is not slowed down', async () => {
    const at = await begin();
    for (let student = 0; student < 70; student += 1)
      await type(at, `student${student}`, 'wrong').catch(() => undefined);
    const before = at.delays.length;
    await type(at, 's1234567', password, '198.51.100.7');
    expect(at.delays).toHaveLength(before);
  });
});
