import { GakumonError, type Person, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Directory, PasswordChange, PasswordVerdict } from '../ports.ts';
import type { SourceNotice } from '../sources/report.ts';
import { type Freshness, withFreshness } from './withFreshness.ts';

const taro = 'taro' as Username;
const personOf = (username: string, passwordVersion = 'v1', more: Partial<Person> = {}): Person => ({
  username: username as Username,
  directory: 'staff',
  passwordVersion,
  account: {},
  groups: [],
  attributes: {},
  ...more,
});
const unavailable = new GakumonError('directory-unavailable', { detail: 'gone' });

/** A directory whose answers are given by hand, one for each question. */
function byHand(freshness: Partial<Freshness> = {}) {
  const questions: {
    readonly name: string;
    readonly answer: (value: unknown) => void;
    readonly fail: (e: unknown) => void;
  }[] = [];
  const wait = <T>(name: string): Promise<T> => {
    const { promise, resolve, reject } = Promise.withResolvers<unknown>();
    questions.push({ name, answer: resolve, fail: reject });
    return promise as Promise<T>;
  };
  const directory: Directory = {
    name: 'staff',
    find: (username) => wait(`find ${username}`),
    verifyPassword: (username) => wait<PasswordVerdict>(`verify ${username}`),
    changePassword: (username) => wait<PasswordChange>(`change ${username}`),
  };
  let time = 1_000_000;
  const notices: SourceNotice[] = [];
  const fresh = withFreshness(directory, {
    age: 1000,
    entries: 10,
    away: 0,
    ...freshness,
    clock: () => time,
    report: (notice) => notices.push(notice),
  });
  const next = () => {
    const question = questions.shift();
    if (question === undefined) throw new Error('nothing was asked');
    return question;
  };
  /** Answers the next question, which must be this one. */
  async function say(name: string, value: unknown): Promise<void> {
    const question = next();
    expect(question.name).toBe(name);
    if (Error.isError(value)) question.fail(value);
    else question.answer(value);
  }
  async function find(value: unknown): Promise<Person | undefined> {
    const found = fresh.find(taro);
    await say('find taro', value);
    return found;
  }
  return { fresh, next, say, find, notices, questions, pass: (milliseconds: number) => (time += milliseconds) };
}

describe('find', () => {
  test('answers from memory while that is younger than the age, and asks again after it', async () => {
    const { fresh, find, pass, questions } = byHand();
    const first = await find(personOf('taro'));
    pass(999);
    expect(await fresh.find(taro)).toBe(first);
    pass(1);
    expect((await find(personOf('taro', 'v2')))?.passwordVersion).toBe('v2');
    expect(questions).toEqual([]);
  });

  test('a question counts from when it was asked, not from when it was answered', async () => {
    const { fresh, say, find, pass } = byHand();
    const slow = fresh.find(taro);
    pass(900);
    await say('find taro', personOf('taro'));
    await slow;
    pass(100);
    expect((await find(personOf('taro', 'v2')))?.passwordVersion).toBe('v2');
  });

  test('a clock that is set back keeps nobody for longer', async () => {
    const { find, pass } = byHand();
    await find(personOf('taro'));
    pass(-1);
    expect((await find(personOf('taro', 'v2')))?.passwordVersion).toBe('v2');
  });

  test('all who ask meanwhile share one question', async () => {
    const { fresh, say, questions } = byHand();
    const all = Array.from({ length: 300 }, () => fresh.find(taro));
    await say('find taro', personOf('taro'));
    expect(new Set(await Promise.all(all)).size).toBe(1);
    expect(questions).toEqual([]);
  });

  test('that nobody is called so, and that something failed, is asked anew each time', async () => {
    const { find, fresh } = byHand();
    expect(await find(undefined)).toBeUndefined();
    await expect(find(unavailable)).rejects.toBe(unavailable);
    expect((await find(personOf('taro')))?.username).toBe('taro');
    expect(fresh.remembered()).toBe(1);
  });

  test('whoever is gone is forgotten', async () => {
    const { find, fresh, pass } = byHand();
    await find(personOf('taro'));
    pass(1000);
    await find(undefined);
    expect(fresh.remembered()).toBe(0);
  });

  test('somebody of whom a source said nothing is asked for again soon', async () => {
    const { find, pass } = byHand({ age: 300_000 });
    await find(personOf('taro', 'v1', { sourcesAway: ['hr'] }));
    pass(30_000);
    expect((await find(personOf('taro')))?.sourcesAway).toBeUndefined();
  });

  test('whoever knows another version of the password than memory has gets no answer from memory', async () => {
    const { fresh, find, say } = byHand();
    await find(personOf('taro'));
    const found = fresh.find(taro, { passwordVersion: 'v2' });
    await say('find taro', personOf('taro', 'v2'));
    expect((await found)?.passwordVersion).toBe('v2');
    expect((await fresh.find(taro, { passwordVersion: 'v2' }))?.passwordVersion).toBe('v2');
  });
});

describe('what a password tells', () => {
  test('is what the very next find tells, with the version that was accepted', async () => {
    const { fresh, find, say, questions } = byHand();
    await find(personOf('taro', 'v1'));
    const verdict = fresh.verifyPassword(taro, 'x');
    await say('verify taro', { kind: 'accepted', person: personOf('taro', 'v2') });
    await verdict;
    expect((await fresh.find(taro))?.passwordVersion).toBe('v2');
    const change = fresh.changePassword?.(taro, { current: 'x', next: 'y' });
    await say('change taro', { kind: 'changed', person: personOf('taro', 'v3') });
    await change;
    expect((await fresh.find(taro))?.passwordVersion).toBe('v3');
    expect(questions).toEqual([]);
  });

  test('holds for an account that is closed as well', async () => {
    const { fresh, find, say } = byHand();
    await find(personOf('taro'));
    const verdict = fresh.verifyPassword(taro, 'x');
    await say('verify taro', {
      kind: 'accepted',
      person: personOf('taro', 'v1', { account: { closed: { reason: 'disabled' } } }),
    });
    await verdict;
    expect((await fresh.find(taro))?.account.closed?.reason).toBe('disabled');
  });

  test.each(['rejected', 'locked', 'held'] as const)('attack: a password that is %s changes nothing', async (kind) => {
    const { fresh, find, say } = byHand();
    const known = await find(personOf('taro'));
    const verdict = fresh.verifyPassword(taro, 'x');
    await say('verify taro', { kind, until: undefined });
    await verdict;
    const change = fresh.changePassword?.(taro, { current: 'x', next: 'y' });
    await say('change taro', { kind, until: undefined });
    await change;
    expect(await fresh.find(taro)).toBe(known);
  });

  test('a change of which it is not known whether it was made is asked for', async () => {
    const { fresh, find, say } = byHand();
    await find(personOf('taro'));
    const change = fresh.changePassword?.(taro, { current: 'x', next: 'y' });
    await say('change taro', unavailable);
    await expect(change).rejects.toBe(unavailable);
    expect((await find(personOf('taro', 'v2')))?.passwordVersion).toBe('v2');
  });

  test('a changed password of somebody of whom a source said nothing is not kept', async () => {
    const { fresh, find, say } = byHand();
    const change = fresh.changePassword?.(taro, { current: 'x', next: 'y' });
    await say('change taro', { kind: 'changed', person: personOf('taro', 'v2', { sourcesAway: ['hr'] }) });
    await change;
    expect((await find(personOf('taro', 'v2')))?.sourcesAway).toBeUndefined();
  });
});

describe('attack: answers that overtake each other', () => {
  test('a slow find from before a change neither undoes it nor is what its asker gets', async () => {
    const { fresh, next } = byHand();
    const slow = fresh.find(taro);
    const asked = next();
    const change = fresh.changePassword?.(taro, { current: 'x', next: 'y' });
    next().answer({ kind: 'changed', person: personOf('taro', 'v2') });
    await change;
    asked.answer(personOf('taro', 'v1'));
    expect((await slow)?.passwordVersion).toBe('v2');
    expect((await fresh.find(taro))?.passwordVersion).toBe('v2');
  });

  test('nor does a slow check of the former password', async () => {
    const { fresh, next } = byHand();
    const slow = fresh.verifyPassword(taro, 'old');
    const asked = next();
    const change = fresh.changePassword?.(taro, { current: 'old', next: 'y' });
    next().answer({ kind: 'changed', person: personOf('taro', 'v2') });
    await change;
    asked.answer({ kind: 'accepted', person: personOf('taro', 'v1') });
    await slow;
    expect((await fresh.find(taro))?.passwordVersion).toBe('v2');
  });

  test('who asks after somebody was let go of does not share a question from before', async () => {
    const { fresh, next } = byHand();
    const before = fresh.find(taro);
    const first = next();
    fresh.invalidate(taro);
    const after = fresh.find(taro);
    next().answer(personOf('taro', 'v1', { account: { closed: { reason: 'left' } } }));
    expect((await after)?.account.closed?.reason).toBe('left');
    first.answer(personOf('taro'));
    expect((await before)?.account.closed?.reason).toBe('left');
    expect((await fresh.find(taro))?.account.closed?.reason).toBe('left');
  });
});

describe('while the directory is away', () => {
  test('nothing stale is told, unless the configuration gives it time', async () => {
    const { find, pass } = byHand();
    await find(personOf('taro'));
    pass(1000);
    await expect(find(unavailable)).rejects.toBe(unavailable);
  });

  test('with time given, people are answered for so much longer, and that is told once until it answers again', async () => {
    const { find, pass, notices } = byHand({ away: 500 });
    await find(personOf('taro'));
    pass(1000);
    expect((await find(unavailable))?.username).toBe('taro');
    pass(499);
    expect((await find(unavailable))?.username).toBe('taro');
    pass(1);
    await expect(find(unavailable)).rejects.toBe(unavailable);
    await find(personOf('taro'));
    expect(notices.map(({ level }) => level)).toEqual(['warn', 'info']);
  });

  test('nobody is answered for as they were before a password that was proved since', async () => {
    const { fresh, find, say } = byHand({ away: 500 });
    const before = await find(personOf('taro'));
    const known = { passwordVersion: 'v2' };
    const answer = fresh.find(taro, known);
    await say('find taro', unavailable);
    await expect(answer).rejects.toBe(unavailable);
    expect(await fresh.find(taro, { passwordVersion: 'v1' })).toBe(before);
  });

  test('another failure than that is never bridged', async () => {
    const { find, pass } = byHand({ away: 500 });
    await find(personOf('taro'));
    pass(1000);
    const broken = new TypeError('broken');
    await expect(find(broken)).rejects.toBe(broken);
  });
});

/** What may happen to the people of a directory, in any order. */
const step = fc.oneof(
  fc.record({ kind: fc.constant('find' as const), who: fc.nat(7) }),
  fc.record({ kind: fc.constant('verify' as const), who: fc.nat(7) }),
  fc.record({ kind: fc.constant('pass' as const), who: fc.nat(700) }),
  fc.record({ kind: fc.constant('invalidate' as const), who: fc.nat(7) }),
);

test('whatever happens: never more people than allowed, and no answer older than the age', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), fc.integer({ min: 0, max: 4 }), async (steps, entries) => {
      let time = 0;
      const now = (username: Username) => personOf(username, String(time));
      const fresh = withFreshness(
        {
          name: 'staff',
          find: async (username) => now(username),
          verifyPassword: async (username) => ({ kind: 'accepted', person: now(username) }),
        },
        { age: 1000, entries, away: 0, clock: () => time, report: () => {} },
      );
      const notBefore = new Map<number, number>();
      for (const { kind, who } of steps) {
        const username = `p${who}` as Username;
        if (kind === 'pass') time += who;
        if (kind === 'invalidate') fresh.invalidate(username);
        if (kind === 'verify') await fresh.verifyPassword(username, 'x');
        if (kind === 'verify' || kind === 'invalidate') notBefore.set(who, time);
        if (kind !== 'find') continue;
        const readAt = Number((await fresh.find(username))?.passwordVersion);
        if (time - readAt >= 1000 || readAt < (notBefore.get(who) ?? 0)) return false;
        if (fresh.remembered() > entries) return false;
      }
      return fresh.remembered() <= entries;
    }),
  );
});

test('whoever was not asked for longest goes first', async () => {
  let asked = 0;
  const fresh = withFreshness(
    {
      name: 'staff',
      find: async (username) => {
        asked += 1;
        return personOf(username);
      },
      verifyPassword: async () => ({ kind: 'rejected' }),
    },
    { age: 1000, entries: 2, away: 0, clock: () => 0, report: () => {} },
  );
  for (const username of ['a', 'b', 'a', 'c', 'a']) await fresh.find(username as Username);
  expect(asked).toBe(3);
  await fresh.find('b' as Username);
  expect(asked).toBe(4);
});
