import type { Directory, PasswordVerdict } from '@gakumon/directory';
import { acceptPassword, continueSso, type SsoAttempt, unlockPerson } from '@gakumon/idp';
import { GakumonError, minutes, type Person, type Username } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { ask, browser, makeTestIdp, type TestIdp } from './testIdp.ts';

const student = 's1234567' as Username;
const secret = 'a river in the morning';
const lockout = { attempts: 5, window: minutes(30) };

type Seen = { readonly username: string; readonly at: number };
type Watched = { readonly directory: Directory; readonly seen: Seen[] };

/** A directory of one person that notes each password that it looks at. */
function watch(now: () => number, more: Partial<Directory> = {}, verdict?: () => PasswordVerdict): Watched {
  const seen: Seen[] = [];
  const person: Person = {
    username: student,
    directory: 'ad',
    passwordVersion: undefined,
    account: {},
    groups: [],
    attributes: {},
  };
  const directory: Directory = {
    name: 'ad',
    lockout,
    find: async (username) => (username === student ? person : undefined),
    verifyPassword: async (username, password) => {
      seen.push({ username, at: now() });
      if (verdict !== undefined) return verdict();
      return username === student && password === secret ? { kind: 'accepted', person } : { kind: 'rejected' };
    },
    ...more,
  };
  return { directory, seen };
}

async function begin(
  make: (now: () => number) => readonly Watched[],
): Promise<TestIdp & { readonly attempt: SsoAttempt; readonly watched: readonly Watched[] }> {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const watched = make(clock);
  const made = await makeTestIdp([sp], { clock, directories: watched.map(({ directory }) => directory) });
  return { ...made, watched, attempt: (await ask(made.idp, sp)).attempt };
}

const type = (at: { idp: TestIdp['idp']; attempt: SsoAttempt }, username: string, password: string) =>
  acceptPassword(at.idp, at.attempt, browser, { username, password }).then(
    () => 'accepted',
    (error: GakumonError) => error.code,
  );

/** The most wrong passwords that the directory saw within any window of its own. */
function mostWithin(seen: readonly Seen[], window: number): number {
  return Math.max(0, ...seen.map(({ at }) => seen.filter((one) => one.at > at - window && one.at <= at).length));
}

describe('a directory that locks accounts', () => {
  test('attack: however the guesses are spread, it never sees as many as lock one', async () => {
    const at = await begin((now) => [watch(now)]);
    const steps = [0, 29, 1, 0, 0, 5, 24, 1, 0, 0, 0, 31, 7, 7, 7, 7, 7, 7, 7, 0, 0, 0, 0, 30, 0, 0, 0, 0, 0];
    for (const step of steps) {
      at.clock.advance(minutes(step));
      await type(at, student, 'a guess');
    }
    const seen = at.watched[0]?.seen ?? [];
    expect(seen.length).toBeGreaterThan(8);
    expect(mostWithin(seen, lockout.window)).toBe(lockout.attempts - 1);
  });

  test('attack: guesses at once are counted before any is looked at', async () => {
    const at = await begin((now) => [watch(now)]);
    const told = await Promise.all(Array.from({ length: 8 }, (_, guess) => type(at, student, `guess ${guess}`)));
    expect(told.filter((code) => code === 'credentials-wrong')).toHaveLength(4);
    expect(told.filter((code) => code === 'account-throttled')).toHaveLength(4);
    expect(at.watched[0]?.seen).toHaveLength(4);
  });

  test('attack: a name that nobody has is held back in the same way', async () => {
    const at = await begin((now) => [watch(now)]);
    const codes = async (username: string): Promise<readonly string[]> => {
      const told: string[] = [];
      for (let guess = 0; guess < 6; guess += 1) told.push(await type(at, username, 'a guess'));
      return told;
    };
    expect(await codes('nobody')).toEqual(await codes(student));
  });

  test('the right password clears the count, and so does the desk', async () => {
    const at = await begin((now) => [watch(now)]);
    for (let round = 0; round < 3; round += 1) {
      for (let guess = 0; guess < 3; guess += 1) await type(at, student, 'a guess');
      expect(await type(at, student, secret)).toBe('accepted');
    }
    for (let guess = 0; guess < 5; guess += 1) await type(at, student, 'a guess');
    expect(await type(at, student, secret)).toBe('account-throttled');
    await unlockPerson(at.idp, student);
    expect(await type(at, student, secret)).toBe('accepted');
  });

  test('who has to wait is told until when the next try is free', async () => {
    const at = await begin((now) => [watch(now)]);
    for (let guess = 0; guess < 4; guess += 1) {
      await type(at, student, 'a guess');
      at.clock.advance(minutes(5));
    }
    const typed = { username: student, password: secret };
    await expect(acceptPassword(at.idp, at.attempt, browser, typed)).rejects.toMatchObject({ data: { minutes: 10 } });
    at.clock.advance(minutes(10));
    expect(await type(at, student, secret)).toBe('accepted');
  });

  test('what it holds back itself, or could not look at, is no wrong password', async () => {
    let verdict = (): PasswordVerdict => ({ kind: 'held', until: undefined });
    const at = await begin((now) => [watch(now, {}, () => verdict())]);
    for (let tries = 0; tries < 12; tries += 1) expect(await type(at, student, secret)).toBe('account-throttled');
    verdict = () => {
      throw new GakumonError('directory-unavailable');
    };
    for (let tries = 0; tries < 12; tries += 1) expect(await type(at, student, secret)).toBe('directory-unavailable');
    expect(at.watched[0]?.seen).toHaveLength(24);
  });

  test('a locked account is told so, and counts as a guess', async () => {
    const at = await begin((now) => [watch(now, {}, () => ({ kind: 'locked', until: undefined }))]);
    for (let tries = 0; tries < 4; tries += 1) expect(await type(at, student, secret)).toBe('account-locked');
    expect(await type(at, student, secret)).toBe('account-throttled');
  });
});

describe('several directories', () => {
  const away: Partial<Directory> = {
    find: () => Promise.reject(new GakumonError('directory-unavailable')),
    verifyPassword: () => Promise.reject(new GakumonError('directory-unavailable')),
  };

  test('attack: while the first is away, the second does not speak for a name that both may know', async () => {
    const at = await begin((now) => [watch(now, { name: 'staff', ...away }), watch(now)]);
    expect(await type(at, student, secret)).toBe('directory-unavailable');
    expect(at.watched[1]?.seen).toEqual([]);
    expect(await continueSso(at.idp, at.attempt, browser)).toMatchObject({ kind: 'login' });
  });

  test('one that is away stops nobody whom it cannot know', async () => {
    const mayKnow = (username: string) => username.startsWith('f');
    const at = await begin((now) => [watch(now, { name: 'staff', mayKnow, ...away }), watch(now)]);
    expect(await type(at, student, secret)).toBe('accepted');
    expect(await type(at, 'f1234567', secret)).toBe('directory-unavailable');
  });

  test('a name that nobody knows costs the work of the first that might have known it', async () => {
    const mayKnow = (username: string) => username.startsWith('f');
    const at = await begin((now) => [watch(now, { name: 'staff', mayKnow }), watch(now)]);
    expect(await type(at, 'nobody', secret)).toBe('credentials-wrong');
    expect(at.watched.map(({ seen }) => seen.length)).toEqual([0, 1]);
  });

  test('the strictest lock-out of those that may know a name holds for it', async () => {
    const at = await begin((now) => [
      watch(now, { name: 'staff', find: async () => undefined, lockout: { attempts: 3, window: minutes(60) } }),
      watch(now),
    ]);
    expect([await type(at, student, 'x'), await type(at, student, 'x'), await type(at, student, 'x')]).toEqual([
      'credentials-wrong',
      'credentials-wrong',
      'account-throttled',
    ]);
  });
});
