import {
  acceptPassword,
  continueSso,
  endSessionById,
  endSessionsOfPerson,
  findSession,
  type Idp,
  listSessions,
  type SsoSession,
  sessionIdOf,
  type Visitor,
} from '@gakumon/idp';
import { type BrowserId, GakumonError, hours, type SessionId, type Username } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeTestIdp, password } from './testIdp.ts';

const student = 's1234567' as Username;
const staff = { actor: 'operator', detail: 'lost laptop' } as const;

/** Somebody who is signed in from three browsers, a second apart. */
async function signedInThrice() {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const made = await makeTestIdp([sp], { clock });
  const visitors: Visitor[] = [];
  for (const name of ['a', 'b', 'c']) {
    const from = { ...browser, browser: `browser-${name}` as BrowserId };
    visitors.push(afterwards(await logIn(made.idp, (await ask(made.idp, sp)).attempt, from), from));
    clock.advance(1000);
  }
  made.events.length = 0;
  const ids = visitors.map(({ session }) => (session === undefined ? ('' as SessionId) : sessionIdOf(session)));
  const isSignedIn = async (visitor: Visitor | undefined, idp: Idp = made.idp) =>
    visitor !== undefined && (await continueSso(idp, (await ask(idp, sp)).attempt, visitor)).kind === 'deliver';
  const stateOf = () => Promise.all(visitors.map((visitor) => isSignedIn(visitor)));
  return { ...made, sp, visitors, ids, isSignedIn, stateOf };
}

/** The same IdP, one of whose stores does not answer while `state.down`. */
function withTrouble(idp: Idp, store: 'revocations' | 'sessions'): { broken: Idp; state: { down: boolean } } {
  const state = { down: true };
  const fail = async <T>(step: () => Promise<T>): Promise<T> => {
    if (state.down) throw new GakumonError('store-unavailable', { detail: store });
    return step();
  };
  const revocations: Idp['revocations'] = { add: (revocation) => fail(() => idp.revocations.add(revocation)) };
  const sessions: Idp['sessions'] = { ...idp.sessions, revoke: (id) => fail(() => idp.sessions.revoke(id)) };
  return { broken: { ...idp, ...(store === 'revocations' ? { revocations } : { sessions }) }, state };
}

/** A fail-over: the store of the sessions has them again as they were before. */
async function bringBack(idp: Idp, sessions: readonly SsoSession[]): Promise<void> {
  for (const session of sessions) await idp.sessions.create(session);
}

describe('ending one session', () => {
  test('ends that one, on all nodes, and is written down', async () => {
    const { idp, ids, events, revoked, stateOf, clock } = await signedInThrice();
    const ended = await endSessionById(idp, ids[1] as SessionId, { username: student, ...staff, address: '192.0.2.9' });
    expect(ended).toMatchObject({ id: ids[1], username: student });
    expect(revoked).toEqual([{ username: student, session: ids[1], at: clock(), keepUntil: ended?.expiresAt }]);
    expect(events).toMatchObject([
      { kind: 'session-ended', actor: 'operator', session: ids[1], address: '192.0.2.9', detail: 'lost laptop' },
    ]);
    expect(await stateOf()).toEqual([true, false, true]);
  });

  test('attack: nobody ends the session of somebody else by its id', async () => {
    const { idp, ids, revoked, stateOf } = await signedInThrice();
    const thief = { username: 'f1234567' as Username, actor: 'person' } as const;
    expect(await endSessionById(idp, ids[0] as SessionId, thief)).toBeUndefined();
    expect([revoked, await stateOf()]).toEqual([[], [true, true, true]]);
  });

  test('attack: not even while the store has lost it for a moment', async () => {
    const { idp, ids, isSignedIn, visitors } = await signedInThrice();
    const session = await idp.sessions.revoke(ids[0] as SessionId);
    await endSessionById(idp, ids[0] as SessionId, { username: 'f1234567' as Username, actor: 'person' });
    await bringBack(idp, session === undefined ? [] : [session]);
    expect(await isSignedIn(visitors[0])).toBe(true);
  });

  test('the records are away: it is over at once, and the next try makes it certain', async () => {
    const { idp, ids, revoked, visitors, isSignedIn, clock } = await signedInThrice();
    const { broken, state } = withTrouble(idp, 'revocations');
    const order = { username: student, ...staff };
    const trial = endSessionById(broken, ids[0] as SessionId, order);
    await expect(trial).rejects.toMatchObject({ code: 'store-unavailable' });
    expect([await isSignedIn(visitors[0]), revoked]).toEqual([false, []]);
    state.down = false;
    for (let tries = 0; tries < 2; tries += 1) await endSessionById(broken, ids[0] as SessionId, order);
    const again = { username: student, session: ids[0], at: clock(), keepUntil: clock() + hours(8) };
    expect(revoked).toEqual([again, again]);
  });
});

describe('ending all sessions of a person', () => {
  test('ends them, and those that log in afterwards stay', async () => {
    const { idp, sp, ids, clock, events, revoked, stateOf, isSignedIn } = await signedInThrice();
    expect(await endSessionsOfPerson(idp, student, staff)).toHaveLength(3);
    expect(await stateOf()).toEqual([false, false, false]);
    expect(await listSessions(idp, student)).toEqual([]);
    const [order, ...single] = revoked;
    expect(order).toEqual({ username: student, session: undefined, at: clock(), keepUntil: clock() + hours(8) });
    expect(single.map(({ session }) => session)).toEqual(ids);
    expect(events).toMatchObject([
      { kind: 'sessions-ended', actor: 'operator', session: undefined, detail: 'lost laptop; 3 ended' },
    ]);
    clock.advance(1);
    const visitor = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    expect(await isSignedIn(visitor)).toBe(true);
  });

  test('but one: the others are over for good, and it stays', async () => {
    const { idp, ids, revoked, stateOf } = await signedInThrice();
    await endSessionsOfPerson(idp, student, { actor: 'person', except: ids[2] });
    expect(await stateOf()).toEqual([false, false, true]);
    expect(revoked).toMatchObject([{ session: undefined, except: ids[2] }, { session: ids[0] }, { session: ids[1] }]);
  });

  test('but one, the records are away, and the next try finds nothing left: those that a fail-over brings back are refused', async () => {
    const { idp, ids, stateOf } = await signedInThrice();
    const { broken, state } = withTrouble(idp, 'revocations');
    const before = await listSessions(idp, student);
    const order = { actor: 'person', except: ids[2] } as const;
    await expect(endSessionsOfPerson(broken, student, order)).rejects.toMatchObject({ code: 'store-unavailable' });
    state.down = false;
    expect(await endSessionsOfPerson(broken, student, order)).toEqual([]);
    await bringBack(
      idp,
      before.filter(({ id }) => id !== ids[2]),
    );
    expect(await stateOf()).toEqual([false, false, true]);
  });

  test('attack: somebody else is not touched', async () => {
    const { idp, stateOf } = await signedInThrice();
    await endSessionsOfPerson(idp, 's12345678' as Username, staff);
    await endSessionsOfPerson(idp, 's' as Username, staff);
    expect(await stateOf()).toEqual([true, true, true]);
  });

  test('attack: a login that ends while they are being ended does not slip through', async () => {
    const { idp, ids, clock, isSignedIn } = await signedInThrice();
    const [like] = await listSessions(idp, student);
    if (like === undefined) throw new Error('no session');
    const late = { ...like, id: 'begun-in-the-middle---' as SessionId, createdAt: clock() };
    const after = { ...like, id: 'begun-afterwards------' as SessionId, createdAt: clock() + 1 };
    let isBegun = false;
    const revoke: Idp['sessions']['revoke'] = async (id) => {
      const isFirst = !isBegun;
      isBegun = true;
      if (isFirst) await bringBack(idp, [late, after]);
      return idp.sessions.revoke(id);
    };
    const except = ids[0];
    const ended = await endSessionsOfPerson({ ...idp, sessions: { ...idp.sessions, revoke } }, student, {
      actor: 'person',
      except,
    });
    expect(ended.map(({ id }) => id)).toEqual([ids[1], ids[2], late.id]);
    expect((await listSessions(idp, student)).map(({ id }) => id)).toEqual([ids[0], after.id]);
    expect(await isSignedIn(undefined)).toBe(false);
  });

  test('attack: a session of a node whose clock is ahead is ended too, for good', async () => {
    const { idp, ids, clock, revoked } = await signedInThrice();
    const [like] = await listSessions(idp, student);
    if (like === undefined) throw new Error('no session');
    const ahead = { ...like, id: 'of-another-node-------' as SessionId, createdAt: clock() + 5000 };
    await bringBack(idp, [ahead]);
    await endSessionsOfPerson(idp, student, staff);
    expect(await listSessions(idp, student)).toEqual([]);
    expect(revoked.map(({ session }) => session)).toEqual([undefined, ...ids, ahead.id]);
    await bringBack(idp, [ahead]);
    expect(await listSessions(idp, student)).toEqual([]);
  });

  test('attack: a store that brings sessions back for ever does not hold the request for ever', async () => {
    const { idp, revoked } = await signedInThrice();
    const revoke: Idp['sessions']['revoke'] = async () => undefined;
    const stubborn = { ...idp, sessions: { ...idp.sessions, revoke } };
    await expect(endSessionsOfPerson(stubborn, student, staff)).rejects.toMatchObject({ code: 'store-unavailable' });
    // They are refused all the same
    expect(revoked[0]).toMatchObject({ session: undefined });
    expect(await listSessions(idp, student)).toEqual([]);
  });

  test.each(['revocations', 'sessions'] as const)(
    'the store of the %s is away: an error, and the next try makes it certain',
    async (store) => {
      const { idp, revoked, stateOf } = await signedInThrice();
      const { broken, state } = withTrouble(idp, store);
      for (let tries = 0; tries < 2; tries += 1) {
        await expect(endSessionsOfPerson(broken, student, staff)).rejects.toMatchObject({ code: 'store-unavailable' });
      }
      state.down = false;
      await endSessionsOfPerson(broken, student, staff);
      expect(await stateOf()).toEqual([false, false, false]);
      expect(revoked.filter(({ session }) => session === undefined).length).toBeGreaterThan(0);
    },
  );

  test('all but one, and some could not be deleted: those that were are refused for good', async () => {
    const { idp, ids, revoked, stateOf } = await signedInThrice();
    const revoke: Idp['sessions']['revoke'] = async (id) => {
      if (id === ids[1]) throw new GakumonError('store-unavailable');
      return idp.sessions.revoke(id);
    };
    const order = { actor: 'person', except: ids[2] } as const;
    const trial = endSessionsOfPerson({ ...idp, sessions: { ...idp.sessions, revoke } }, student, order);
    await expect(trial).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(revoked[0]).toMatchObject({ session: undefined, except: ids[2] });
    expect(await stateOf()).toEqual([false, false, true]);
  });

  test('attack: what was typed before, and not finished, begins no session afterwards', async () => {
    const { idp, sp, clock } = await signedInThrice();
    const { attempt } = await ask(idp, sp);
    const thief = { ...browser, browser: 'browser-t' as BrowserId };
    await acceptPassword(idp, attempt, thief, { username: student, password });
    await endSessionsOfPerson(idp, student, staff);
    await expect(continueSso(idp, attempt, thief)).rejects.toMatchObject({ code: 'login-revoked' });
    expect(await continueSso(idp, attempt, thief)).toMatchObject({ kind: 'login' });
    // The same page, and the same person: what is typed now counts
    clock.advance(1);
    expect(await logIn(idp, attempt, thief)).toMatchObject({ kind: 'deliver' });
  });
});

describe('attack: a fail-over brings back a session that was ended', () => {
  test.each<[string, (idp: Idp, id: SessionId) => Promise<unknown>]>([
    ['by its id', (idp, id) => endSessionById(idp, id, { username: student, ...staff })],
    ['with all of the person', (idp) => endSessionsOfPerson(idp, student, staff)],
    ['with all but one', (idp, id) => endSessionsOfPerson(idp, student, { ...staff, except: `${id}x` as SessionId })],
  ])('%s: it opens nothing, and is removed again', async (_, end) => {
    const { idp, sp, ids, clock, visitors, isSignedIn } = await signedInThrice();
    const sessions = await listSessions(idp, student);
    await end(idp, ids[0] as SessionId);
    await Promise.all(ids.map((id) => idp.sessions.revoke(id)));
    await bringBack(idp, sessions);
    const [visitor] = visitors;
    if (visitor?.session === undefined) throw new Error('no session');
    expect(await findSession(idp, visitor.session)).toBeUndefined();
    expect(await idp.sessions.find(ids[0] as SessionId, clock())).toBeUndefined();
    await bringBack(idp, sessions.slice(0, 1));
    expect(await isSignedIn(visitor)).toBe(false);
    expect(await idp.sessions.find(ids[0] as SessionId, clock())).toBeUndefined();
    await bringBack(idp, sessions.slice(0, 1));
    expect((await listSessions(idp, student)).map(({ id }) => id)).not.toContain(ids[0]);
    // Nor does it gain anything from the password, other than a session of its own
    const { attempt } = await ask(idp, sp);
    clock.advance(1);
    expect(await logIn(idp, attempt, visitor)).toMatchObject({
      kind: 'deliver',
      session: { token: expect.any(String) },
    });
  });

  test('and the store does not even take the deletion: refused all the same', async () => {
    const { idp, ids, visitors, isSignedIn } = await signedInThrice();
    await endSessionById(idp, ids[0] as SessionId, { username: student, ...staff });
    const kept = { ...idp, ...withTrouble(idp, 'sessions').broken };
    const session = (await listSessions(idp, student))[0];
    await bringBack(idp, session === undefined ? [] : [{ ...session, id: ids[0] as SessionId }]);
    expect(await isSignedIn(visitors[0], kept)).toBe(false);
  });
});
