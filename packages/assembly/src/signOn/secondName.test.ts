import type { Directory } from '@gakumon/directory';
import { acceptPassword, continueSso } from '@gakumon/idp';
import { minutes, type Username } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, browser, makeDirectory, makeTestIdp, password } from './testIdp.ts';

const mail = 'hanako@example.ac.jp';

/** A directory that finds its one person by a mail address too, as a filter of two attributes does. */
async function withMail(name: string, username: string, secret: string): Promise<Directory> {
  const directory = await makeDirectory(name, username, secret);
  const known = (typed: Username): Username => (typed === mail ? (username as Username) : typed);
  return {
    ...directory,
    find: (typed) => directory.find(known(typed)),
    verifyPassword: (typed, ...rest) => directory.verifyPassword(known(typed), ...rest),
  };
}

async function begin(directories: readonly Directory[]) {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const { idp } = await makeTestIdp([sp], { clock, directories });
  const { attempt } = await ask(idp, sp);
  const type = (username: string, typed: string) =>
    acceptPassword(idp, attempt, browser, { username, password: typed });
  return { idp, attempt, type, clock };
}

describe('a second name of an account', () => {
  test('leads to the account of the login name', async () => {
    const { idp, attempt, type } = await begin([await withMail('students', 's1234567', password)]);
    await type(mail, password);
    const step = await continueSso(idp, attempt, browser);
    expect(step).toMatchObject({ kind: 'deliver', session: expect.anything() });
  });

  test('attack: in a later directory it does not lead to who has that login name in an earlier one', async () => {
    const staff = await makeDirectory('staff', 'yamada', 'staff-password');
    const { type } = await begin([staff, await withMail('guests', 'yamada', 'guest-password')]);
    await expect(type(mail, 'guest-password')).rejects.toMatchObject({ code: 'credentials-wrong' });
  });

  test('attack: two names are not twice as many guesses', async () => {
    const { type, clock } = await begin([await withMail('students', 's1234567', password)]);
    for (let guess = 0; guess < 8; guess += 1) {
      const name = guess % 2 === 0 ? mail : 's1234567';
      await expect(type(name, `guess ${guess}`)).rejects.toMatchObject({ code: 'credentials-wrong' });
    }
    await expect(type(mail, password)).rejects.toMatchObject({ code: 'account-throttled' });
    await expect(type('s1234567', password)).rejects.toMatchObject({ code: 'account-throttled' });
    clock.advance(minutes(10));
    await type(mail, password);
  });
});
