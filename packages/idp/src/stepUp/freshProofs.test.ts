import type { AuthenticationFact } from '@gakumon/mfa';
import { minutes } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { PendingLogin } from '../ports.ts';
import { withFreshProofs } from './freshProofs.ts';

/** A login with proofs at these minutes, that ends at one. */
const loginAt = (ats: readonly number[], end: number): PendingLogin => ({
  attempt: 'attempt-1' as PendingLogin['attempt'],
  browser: 'browser-1' as PendingLogin['browser'],
  username: 's1234567' as PendingLogin['username'],
  facts: ats.map(
    (at): AuthenticationFact => ({
      authenticator: 'password',
      at: minutes(at),
      address: '',
      passwordVersion: undefined,
    }),
  ),
  expiresAt: minutes(end),
});
const countingAt = (now: number, login: PendingLogin) =>
  withFreshProofs(login, minutes(now)).facts.map(({ at }) => at / minutes(1));

test.each([
  ['one just now', 0, loginAt([0], 10), [0]],
  ['one to the end', 9, loginAt([0], 10), [0]],
  ['attack: an old one that a later one keeps alive', 10, loginAt([0, 9], 19), [9]],
  ['attack: one after the other', 27, loginAt([0, 9, 18, 27], 37), [18, 27]],
  ['while an authenticator is enrolled', 40, loginAt([0], 61), [0]],
  ['after it was', 41, loginAt([0, 40], 50), [0, 40]],
  ['attack: not for ever', 60, loginAt([0, 55], 65), [55]],
])('%s', (_, now, login, expected) => {
  expect(countingAt(now, login)).toEqual(expected);
});
