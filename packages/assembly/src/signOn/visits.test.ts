import {
  acceptPassword,
  continueSso,
  endSession,
  type Idp,
  openSessionIndex,
  sessionIdOf,
  type Visitor,
} from '@gakumon/idp';
import { GakumonError, minutes, toEntityId } from '@gakumon/terms';
import { fixedClock, pretendSp } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { afterwards, ask, browser, logIn, makeDirectory, makeTestIdp, password, readBy } from './testIdp.ts';

/** Somebody who is signed in at one SP, and two SPs to visit. */
async function signedInAt() {
  const clock = fixedClock();
  const sp = pretendSp({ clock });
  const other = pretendSp({ clock, entityId: 'https://other.example.net/sp', acs: ['https://other.example.net/acs'] });
  const made = await makeTestIdp([sp, other], { clock });
  const visitor = afterwards(await logIn(made.idp, (await ask(made.idp, sp)).attempt));
  made.events.length = 0;
  clock.advance(minutes(1));
  const visits = async () => (await sessionOf(made.idp, visitor))?.serviceProviders ?? [];
  return { ...made, sp, other, visitor, visits };
}

async function sessionOf(idp: Idp, { session }: Visitor) {
  return session === undefined ? undefined : idp.sessions.find(sessionIdOf(session), idp.clock());
}

/** The same IdP with some methods of two of its stores exchanged. */
const withStores = (idp: Idp, attempts: Partial<Idp['attempts']>, sessions: Partial<Idp['sessions']> = {}): Idp => ({
  ...idp,
  attempts: { ...idp.attempts, ...attempts },
  sessions: { ...idp.sessions, ...sessions },
});

describe('what a session knows of a visit', () => {
  test('is the name that was delivered, and the service; it pushes the idle end back', async () => {
    const { idp, clock, sp, other, visitor, visits } = await signedInAt();
    const { attempt, requestId } = await ask(idp, other);
    const { assertion } = readBy(other, await continueSso(idp, attempt, visitor), requestId);
    const nameId = { format: assertion?.nameId.format, value: assertion?.nameId.value };
    expect(await visits()).toMatchObject([
      { entityId: sp.entityId },
      { entityId: other.entityId, nameId, at: clock() },
    ]);
    expect((await sessionOf(idp, visitor))?.idleAt).toBe(clock() + idp.lifetimes.idle);
  });

  test('each SP is told another SessionIndex, from which the session is found without looking anything up', async () => {
    const { idp, sp, other, visitor } = await signedInAt();
    const indexes: string[] = [];
    for (const to of [sp, other, sp]) {
      const { attempt, requestId } = await ask(idp, to);
      const index = readBy(to, await continueSso(idp, attempt, visitor), requestId).assertion?.sessionIndex ?? '';
      expect(openSessionIndex(idp.sealingKeys, toEntityId(to.entityId), index)).toEqual([
        (await sessionOf(idp, visitor))?.id,
      ]);
      indexes.push(index);
    }
    expect(indexes[0]).toBe(indexes[2]);
    expect(indexes[0]).not.toBe(indexes[1]);
  });

  test('a transient name is another one at each visit', async () => {
    const { idp, clock, sp, visitor } = await signedInAt();
    const names = new Set<string | undefined>();
    for (let visit = 0; visit < 3; visit += 1) {
      const { attempt, requestId } = await ask(idp, sp);
      names.add(readBy(sp, await continueSso(idp, attempt, visitor), requestId).assertion?.nameId.value);
      clock.advance(1);
    }
    expect(names.size).toBe(3);
  });
});

describe('a doubled submit', () => {
  test.each(['sp', 'other'] as const)('leaves one visit with the name that was delivered (%s)', async (which) => {
    const { idp, [which]: to, visitor, visits, events } = await signedInAt();
    const { attempt, requestId } = await ask(idp, to);
    const steps = await Promise.all(Array.from({ length: 20 }, () => continueSso(idp, attempt, visitor)));
    const delivered = steps.filter((step) => step.kind === 'deliver');
    expect(delivered).toHaveLength(1);
    const [step] = delivered;
    const name = step && readBy(to, step, requestId).assertion?.nameId.value;
    const written = (await visits()).filter(({ entityId }) => entityId === to.entityId);
    expect(written.map(({ nameId }) => nameId.value)).toEqual([name]);
    expect(events).toHaveLength(1);
  });

  test('an old page, reloaded, does not take the place of a newer visit', async () => {
    const { idp, clock, sp, visitor, visits } = await signedInAt();
    const old = await ask(idp, sp);
    await continueSso(idp, old.attempt, visitor);
    clock.advance(minutes(1));
    const { attempt, requestId } = await ask(idp, sp);
    const newer = readBy(sp, await continueSso(idp, attempt, visitor), requestId).assertion?.nameId.value;
    clock.advance(minutes(1));
    expect(await continueSso(idp, old.attempt, visitor)).toMatchObject({ kind: 'answered', isSignedIn: true });
    expect((await visits()).map(({ nameId }) => nameId.value)).toEqual([newer]);
  });
});

describe('one write for an SSO with a live session', () => {
  test('consuming and writing the visit wait for one another nowhere', async () => {
    const { idp, other, visitor } = await signedInAt();
    const appended = Promise.withResolvers<void>();
    const together = withStores(
      idp,
      {
        consume: async (...asked) => {
          await appended.promise;
          return idp.attempts.consume(...asked);
        },
      },
      {
        appendServiceProvider: (...asked) => {
          appended.resolve();
          return idp.sessions.appendServiceProvider(...asked);
        },
      },
    );
    const { attempt } = await ask(idp, other);
    expect(await continueSso(together, attempt, visitor)).toMatchObject({ kind: 'deliver' });
  });

  test('so do the two questions before', async () => {
    const { idp, other, visitor } = await signedInAt();
    const asked = Promise.withResolvers<void>();
    const sessions: Idp['sessions'] = {
      ...idp.sessions,
      find: (...about) => {
        asked.resolve();
        return idp.sessions.find(...about);
      },
    };
    const pendingLogins: Idp['pendingLogins'] = {
      ...idp.pendingLogins,
      find: async (...about) => {
        await asked.promise;
        return idp.pendingLogins.find(...about);
      },
    };
    const { attempt } = await ask(idp, other);
    expect(await continueSso({ ...idp, sessions, pendingLogins }, attempt, visitor)).toMatchObject({ kind: 'deliver' });
  });

  const away = async () => {
    throw new GakumonError('store-unavailable');
  };
  test.each<[string, (idp: Idp) => Idp, string]>([
    ['the ledger', (idp) => withStores(idp, { consume: away }), 'deliver'],
    ['the session', (idp) => withStores(idp, {}, { appendServiceProvider: away }), 'answered'],
  ])(
    'law 10: %s cannot be written: nothing is delivered, and nothing is said to have been',
    async (_, break_, then) => {
      const { idp, other, visitor, events } = await signedInAt();
      const { attempt } = await ask(idp, other);
      await expect(continueSso(break_(idp), attempt, visitor)).rejects.toMatchObject({ code: 'store-unavailable' });
      expect(events).toEqual([]);
      // The store is back, and the person reloads the page
      expect(await continueSso(idp, attempt, visitor)).toMatchObject({ kind: then });
    },
  );

  test('attack: the session is revoked while the answer is on its way: nothing is delivered, and it stays revoked', async () => {
    const { idp, other, visitor, events } = await signedInAt();
    const racing = withStores(
      idp,
      {},
      {
        appendServiceProvider: async (id, ...visit) => {
          await idp.sessions.revoke(id);
          return idp.sessions.appendServiceProvider(id, ...visit);
        },
      },
    );
    const { attempt } = await ask(idp, other);
    await expect(continueSso(racing, attempt, visitor)).rejects.toMatchObject({ code: 'session-gone' });
    expect([events, await sessionOf(idp, visitor)]).toEqual([[], undefined]);
  });
});

describe('what is written down', () => {
  test('who was signed on to what, in which session, from where', async () => {
    const { idp, clock, other, visitor, events } = await signedInAt();
    await continueSso(idp, (await ask(idp, other)).attempt, { ...visitor, address: '2001:db8::7' });
    const session = (await sessionOf(idp, visitor))?.id;
    expect(events).toEqual([
      {
        id: expect.any(String),
        at: clock(),
        kind: 'sign-on',
        username: 's1234567',
        actor: 'person',
        serviceProvider: other.entityId,
        session,
        address: '2001:db8::7',
        detail: undefined,
      },
    ]);
  });
  test('that somebody signed out, or that another person took the browser over', async () => {
    const clock = fixedClock();
    const sp = pretendSp({ clock });
    const directories = [
      await makeDirectory('students', 's1234567', password),
      await makeDirectory('staff', 'f1234567', 'another secret'),
    ];
    const { idp, events } = await makeTestIdp([sp], { clock, directories });
    const first = afterwards(await logIn(idp, (await ask(idp, sp)).attempt));
    const { attempt } = await ask(idp, sp, { forceAuthn: true });
    await acceptPassword(idp, attempt, first, { username: 'f1234567', password: 'another secret' });
    const second = afterwards(await continueSso(idp, attempt, first), first);
    if (first.session === undefined || second.session === undefined) throw new Error('no session');
    await endSession(idp, second.session);
    await endSession(idp, second.session);
    const ended = events.filter(({ kind }) => kind === 'session-ended');
    expect(ended).toMatchObject([
      { username: 's1234567', session: sessionIdOf(first.session), detail: 'another login in the same browser' },
      { username: 'f1234567', session: sessionIdOf(second.session), actor: 'person' },
    ]);
    // Whoever reads the one's history does not learn who the other is
    expect(JSON.stringify(ended[0])).not.toContain('f1234567');
    expect(new Set(events.map(({ id }) => id)).size).toBe(events.length);
  });
  test('nothing about somebody who got no answer', async () => {
    const { idp, other, visitor, events } = await signedInAt();
    await continueSso(idp, (await ask(idp, other, { forceAuthn: true })).attempt, visitor);
    await continueSso(idp, (await ask(idp, other, { isPassive: true })).attempt, browser);
    expect(events).toEqual([]);
  });
});
