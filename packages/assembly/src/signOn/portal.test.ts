import {
  acceptPassword,
  beginPortal,
  continuePortal,
  continueSso,
  endOtherSessions,
  endOwnSession,
  type Idp,
  listSessions,
  openAttempt,
  openPortalAttempt,
  type PortalStep,
  sealAttempt,
  sealPortalAttempt,
  sessionIdOf,
  type Visitor,
} from '@gakumon/idp';
import { type BrowserId, GakumonError, hours, type Person, type SessionId, type Username } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeDirectory, makeTestIdp, password } from './testIdp.ts';

const student = { username: 's1234567', password } as const;

async function openIdp() {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  return { ...(await makeTestIdp([sp], { clock })), sp };
}

/** Logs in at the portal; the visitor has the session then. */
async function logInAtPortal(idp: Idp, visitor = browser, typed: { username: string; password: string } = student) {
  const attempt = beginPortal(idp);
  await acceptPassword(idp, attempt, visitor, typed);
  const step = await continuePortal(idp, attempt, visitor);
  return { attempt, step, visitor: { ...visitor, session: tokenOf(step) ?? visitor.session } };
}

const tokenOf = (step: PortalStep) => (step.kind === 'open' ? step.begun?.token : undefined);
const sessionOf = ({ session }: Visitor): SessionId => sessionIdOf(session as NonNullable<typeof session>);

describe('a login that ends at the portal', () => {
  test('is asked for, and begins the session that services use', async () => {
    const { idp, sp, events } = await openIdp();
    expect(await continuePortal(idp, beginPortal(idp), browser)).toMatchObject({ kind: 'login' });
    const { step, visitor } = await logInAtPortal(idp);
    expect(step).toMatchObject({ kind: 'open', person: { username: 's1234567' }, session: sessionOf(visitor) });
    expect(events).toMatchObject([
      { kind: 'sign-on', serviceProvider: undefined, session: sessionOf(visitor), address: browser.address },
    ]);
    expect((await continueSso(idp, (await ask(idp, sp)).attempt, visitor)).kind).toBe('deliver');
  });

  test('is not asked for while a session lives; looking writes nothing', async () => {
    const { idp, sp, events } = await openIdp();
    const visitor = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    const before = await listSessions(idp, student.username as Username);
    events.length = 0;
    const step = await continuePortal(idp, beginPortal(idp), visitor);
    expect(step).toMatchObject({ kind: 'open', session: sessionOf(visitor), begun: undefined });
    expect([await listSessions(idp, student.username as Username), events]).toEqual([before, []]);
  });

  test('once more in another tab adds to the session that lives', async () => {
    const { idp } = await openIdp();
    const { visitor } = await logInAtPortal(idp);
    const again = await logInAtPortal(idp, visitor);
    expect(again.step).toMatchObject({ kind: 'open', session: sessionOf(visitor), begun: undefined });
    expect(await listSessions(idp, student.username as Username)).toMatchObject([{ facts: [{}, {}] }]);
    expect(await idp.pendingLogins.find(again.attempt.id, visitor.browser)).toBeUndefined();
  });

  test('of another person ends the session of the one before', async () => {
    const clock = fixedClock();
    const directories = [
      await makeDirectory('a', 's1234567', password),
      await makeDirectory('b', 'f1234567', password),
    ];
    const { idp, events } = await makeTestIdp([], { clock, directories });
    const first = await logInAtPortal(idp);
    const second = await logInAtPortal(idp, first.visitor, { username: 'f1234567', password });
    expect(second.step).toMatchObject({ kind: 'open', person: { username: 'f1234567' } });
    expect(await continuePortal(idp, beginPortal(idp), first.visitor)).toMatchObject({ kind: 'login' });
    expect(events.map(({ kind, username }) => [kind, username])).toEqual([
      ['sign-on', 's1234567'],
      ['session-ended', 's1234567'],
      ['sign-on', 'f1234567'],
    ]);
  });

  test.each<[string, Partial<Person> | undefined]>([
    ['disabled', { account: { closed: { reason: 'disabled' } } }],
    ['given another password', { passwordVersion: 'another' }],
    ['gone from the directory', undefined],
  ])('is asked for again when the person was %s', async (_what, change) => {
    const { idp } = await openIdp();
    const { visitor } = await logInAtPortal(idp);
    const [known] = idp.directories();
    const find = async (username: Username) => {
      const person = await known?.find(username);
      return change && person && { ...person, ...change };
    };
    const changed = { ...idp, directories: () => [{ ...(known as NonNullable<typeof known>), find }] };
    expect(await continuePortal(changed, beginPortal(changed), visitor)).toMatchObject({ kind: 'login' });
    expect(await listSessions(idp, student.username as Username)).toEqual([]);
  });
});

describe('attack: one kind of attempt in the place of the other', () => {
  test('does not open', async () => {
    const { idp, sp } = await openIdp();
    const portal = sealPortalAttempt(idp, beginPortal(idp));
    const sso = sealAttempt(idp, (await ask(idp, sp)).attempt);
    expect(() => openAttempt(idp, portal)).toThrow(expect.objectContaining({ code: 'attempt-tampered' }));
    expect(() => openPortalAttempt(idp, sso)).toThrow(expect.objectContaining({ code: 'attempt-tampered' }));
  });

  test('and what was proved for one counts for no other', async () => {
    const { idp, sp } = await openIdp();
    const { attempt } = await ask(idp, sp);
    const portal = beginPortal(idp);
    await acceptPassword(idp, attempt, browser, student);
    expect(await continuePortal(idp, portal, browser)).toMatchObject({ kind: 'login' });
    await acceptPassword(idp, portal, browser, student);
    const other = (await ask(idp, sp)).attempt;
    expect(await continueSso(idp, other, browser)).toMatchObject({ kind: 'login' });
    expect(await continuePortal(idp, portal, { ...browser, browser: 'other' as BrowserId })).toMatchObject({
      kind: 'login',
    });
  });

  test('a page that lay open for days is as good as new; what was proved for it is not', async () => {
    const { idp, clock } = await openIdp();
    const attempt = beginPortal(idp);
    const sealed = sealPortalAttempt(idp, attempt);
    await acceptPassword(idp, attempt, browser, student);
    clock.advance(hours(72));
    expect(openPortalAttempt(idp, sealed)).toEqual(attempt);
    expect(await continuePortal(idp, attempt, browser)).toMatchObject({ kind: 'login' });
  });
});

/** Somebody who is signed in from three browsers, and looks at the portal with the last. */
async function signedInThrice() {
  const made = await openIdp();
  const visitors: Visitor[] = [];
  for (const name of ['a', 'b', 'c']) {
    visitors.push((await logInAtPortal(made.idp, { ...browser, browser: name as BrowserId })).visitor);
  }
  made.events.length = 0;
  const [first, second, third] = visitors.map(sessionOf) as [SessionId, SessionId, SessionId];
  const owner = { username: student.username as Username, session: third, address: '192.0.2.7' };
  const live = async () => (await listSessions(made.idp, owner.username)).map(({ id }) => id);
  return { ...made, owner, ids: [first, second, third] as const, live };
}

/** The same, one of whose stores does not answer. */
function without(idp: Idp, store: 'records' | 'sessions'): Idp {
  const away = async (): Promise<never> => {
    throw new GakumonError('store-unavailable');
  };
  return store === 'records'
    ? { ...idp, revocations: { add: away } }
    : { ...idp, sessions: { ...idp.sessions, find: away, revoke: away, listOfPerson: away } };
}

describe('ending sessions of one’s own', () => {
  test('one of them', async () => {
    const { idp, owner, ids, live, events, revoked } = await signedInThrice();
    expect(await endOwnSession(idp, owner, ids[0])).toEqual({ kind: 'ended', count: 1 });
    expect(await live()).toEqual([ids[1], ids[2]]);
    expect(revoked).toMatchObject([{ session: ids[0] }]);
    expect(events).toMatchObject([{ kind: 'session-ended', actor: 'person', address: '192.0.2.7', session: ids[0] }]);
    expect(await endOwnSession(idp, owner, ids[0])).toEqual({ kind: 'absent' });
  });

  test('all others', async () => {
    const { idp, owner, ids, live, events, revoked } = await signedInThrice();
    expect(await endOtherSessions(idp, owner)).toEqual({ kind: 'ended', count: 2 });
    expect(await live()).toEqual([ids[2]]);
    expect(revoked).toMatchObject([{ session: undefined, except: ids[2] }, { session: ids[0] }, { session: ids[1] }]);
    expect(events).toMatchObject([{ kind: 'sessions-ended', actor: 'person', detail: '2 ended' }]);
  });

  test('attack: another person’s session lives on, and nothing is written down about it', async () => {
    const { idp, owner, ids, live, events, revoked } = await signedInThrice();
    const thief = { ...owner, username: 'f1234567' as Username };
    expect(await endOwnSession(idp, thief, ids[0])).toEqual({ kind: 'absent' });
    expect(await endOtherSessions(idp, thief)).toEqual({ kind: 'ended', count: 0 });
    expect(await live()).toEqual([...ids]);
    expect([revoked.filter(({ username }) => username === owner.username), events.length]).toEqual([[], 1]);
  });

  test('the records are away: they are over and nothing pretends; the second try makes it certain', async () => {
    const { idp, owner, ids, live, events, revoked } = await signedInThrice();
    const broken = without(idp, 'records');
    expect(await endOwnSession(broken, owner, ids[0])).toEqual({ kind: 'unrecorded' });
    expect([await live(), revoked]).toEqual([[ids[1], ids[2]], []]);
    expect(await endOtherSessions(broken, owner)).toEqual({ kind: 'unrecorded' });
    expect([await live(), revoked]).toEqual([[ids[2]], []]);
    expect(events.map(({ kind }) => kind)).toEqual(['session-ended', 'sessions-ended']);
    await endOwnSession(idp, owner, ids[0]);
    await endOtherSessions(idp, owner);
    expect(revoked).toMatchObject([{ session: ids[0] }, { session: undefined, except: ids[2] }]);
  });

  test('the store of the sessions is away: it is an error, since they live', async () => {
    const { idp, owner, ids, events } = await signedInThrice();
    const broken = without(idp, 'sessions');
    await expect(endOwnSession(broken, owner, ids[0])).rejects.toMatchObject({ code: 'store-unavailable' });
    await expect(endOtherSessions(broken, owner)).rejects.toMatchObject({ code: 'store-unavailable' });
    expect(await idp.sessions.listOfPerson(owner.username, idp.clock())).toHaveLength(3);
    expect(events).toEqual([]);
  });
});
