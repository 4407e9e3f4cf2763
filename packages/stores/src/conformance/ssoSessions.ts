import type { AuthenticationFact, SessionServiceProvider, SsoSession, SsoSessions } from '@gakumon/idp';
import { hours, isGakumonError, minutes, type SessionToken, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const token = 'token-of-a-student' as SessionToken;
const idle = minutes(60);
const factOf = (index: number): AuthenticationFact => ({
  authenticator: 'password',
  at: start + index,
  address: '2001:db8::1',
});
const visitOf = (index: number, at = start + index): SessionServiceProvider => ({
  entityId: `https://sp${index}.example.ac.jp/shibboleth`,
  sessionIndex: `_${index}-${at}`,
  nameId: { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient', value: `値<&"${index}` },
  at,
});
const session: SsoSession = {
  username: 's1234567' as Username,
  facts: [factOf(0)],
  serviceProviders: [],
  createdAt: start,
  usedAt: start,
  expiresAt: start + hours(8),
};

/** What every SsoSessions promises. */
export function conformSsoSessions(engine: string, open: OpenSubject<SsoSessions>): void {
  describe(`SsoSessions over ${engine}`, () => {
    describeKeeping(open);
    describeEnds(open);
    describeRaces(open);
  });
}

function describeKeeping(open: OpenSubject<SsoSessions>): void {
  test('what is created is found, through every handle, and by no other token', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(token, session);
      expect(await port.find(token, start, idle)).toEqual(session);
      expect(await peer.find(token, start, idle)).toEqual(session);
      expect(await port.find(`${token}x` as SessionToken, start, idle)).toBeUndefined();
    }));

  test('session fixation: a token is never given to a second session', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(token, session);
      const other = { ...session, username: 'f1234567' as Username };
      const failure = await peer.create(token, other).catch((error: unknown) => error);
      expect(isGakumonError(failure) && failure.code).toBe('internal');
      expect((await port.find(token, start, idle))?.username).toBe(session.username);
    }));

  test('facts are appended; they do not count as use', () =>
    withSubject(open, async ({ port }) => {
      await port.create(token, session);
      const after = { ...session, facts: [factOf(0), factOf(5)] };
      expect(await port.appendFact(token, factOf(5))).toEqual(after);
      expect(await port.find(token, start, idle)).toEqual(after);
    }));

  test('service providers are appended, count as use, and a second visit replaces the first', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(token, session);
      await port.appendServiceProvider(token, visitOf(1));
      await peer.appendServiceProvider(token, visitOf(2));
      const again = visitOf(1, start + minutes(5));
      const after = await port.appendServiceProvider(token, again);
      expect(after).toEqual({ ...session, serviceProviders: [visitOf(2), again], usedAt: again.at });
      expect(await peer.find(token, start, idle)).toEqual(after);
    }));

  test('an answer that arrives late does not age the session', () =>
    withSubject(open, async ({ port }) => {
      await port.create(token, session);
      await port.appendServiceProvider(token, visitOf(1, start + minutes(5)));
      await port.appendServiceProvider(token, visitOf(2, start + minutes(4)));
      expect((await port.find(token, start, idle))?.usedAt).toBe(start + minutes(5));
    }));

  test('ten thousand services do not grow one session without end, and the newest stay', () =>
    withSubject(open, async ({ port }) => {
      await port.create(token, { ...session, serviceProviders: Array.from({ length: 5_000 }, (_, i) => visitOf(i)) });
      const after = await port.appendServiceProvider(token, visitOf(5_000));
      expect(after?.serviceProviders.length).toBeLessThanOrEqual(200);
      expect(after?.serviceProviders.at(-1)).toEqual(visitOf(5_000));
    }));

  test("a person's sessions are listed, oldest first, and nobody else's", () =>
    withSubject(open, async ({ port, peer }) => {
      const second = { ...session, createdAt: start + 1 };
      await port.create('other-browser' as SessionToken, second);
      await port.create(token, session);
      await port.create('somebody-else' as SessionToken, { ...session, username: 's12345678' as Username });
      expect(await peer.listOfPerson(session.username, start)).toEqual([session, second]);
      await port.revoke(token);
      expect(await peer.listOfPerson(session.username, start)).toEqual([second]);
      expect(await peer.listOfPerson(session.username, session.expiresAt)).toEqual([]);
    }));
}

function describeEnds(open: OpenSubject<SsoSessions>): void {
  test('a session ends when it lies unused', () =>
    withSubject(open, async ({ port }) => {
      await port.create(token, session);
      expect(await port.find(token, start + idle - 1, idle)).toEqual(session);
      expect(await port.find(token, start + idle, idle)).toBeUndefined();
      await port.appendServiceProvider(token, visitOf(1, start + minutes(30)));
      expect(await port.find(token, start + idle, idle)).toBeDefined();
    }));

  test('a session in use ends at its absolute end, and nothing is appended to it then', () =>
    withSubject(open, async ({ port, setNow }) => {
      await port.create(token, session);
      const end = session.expiresAt;
      await port.appendServiceProvider(token, visitOf(1, end - 2));
      expect(await port.find(token, end - 1, idle)).toBeDefined();
      expect(await port.find(token, end, idle)).toBeUndefined();
      setNow(end);
      // A fact from before the end, written after it: the clock decides, not the fact
      expect(await port.appendFact(token, factOf(1))).toBeUndefined();
      expect(await port.appendServiceProvider(token, visitOf(2, end - 1))).toBeUndefined();
      setNow(end - 1);
      const kept = await port.find(token, end - 1, idle);
      expect(kept?.facts).toEqual([factOf(0)]);
      expect(kept?.serviceProviders.map((sp) => sp.entityId)).toEqual([visitOf(1).entityId]);
    }));

  test('nothing is appended to a session that never was', () =>
    withSubject(open, async ({ port }) => {
      expect(await port.appendFact(token, factOf(1))).toBeUndefined();
      expect(await port.appendServiceProvider(token, visitOf(1))).toBeUndefined();
      expect(await port.find(token, start, idle)).toBeUndefined();
    }));

  test('a revoked session is told once and never comes back', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(token, session);
      expect(await peer.revoke(token)).toEqual(session);
      expect(await port.revoke(token)).toBeUndefined();
      expect(await port.appendFact(token, factOf(1))).toBeUndefined();
      expect(await port.appendServiceProvider(token, visitOf(1))).toBeUndefined();
      expect(await port.find(token, start, idle)).toBeUndefined();
    }));

  test('the sweep removes sessions past their end, and only those', () =>
    withSubject(open, async ({ port, sweep }) => {
      await port.create(token, session);
      await port.create('longer' as SessionToken, { ...session, expiresAt: session.expiresAt + 1 });
      expect(await sweep(session.expiresAt)).toBe(1);
      expect(await port.listOfPerson(session.username, start)).toHaveLength(1);
    }));
}

function describeRaces(open: OpenSubject<SsoSessions>): void {
  test('facts and visits at once are all there', () =>
    withSubject(open, async (subject) => {
      await subject.port.create(token, session);
      await race(subject, 20, (port, index) =>
        index % 4 < 2 ? port.appendFact(token, factOf(index)) : port.appendServiceProvider(token, visitOf(index)),
      );
      const after = await subject.port.find(token, start, idle);
      expect(after?.facts.map((fact) => fact.at - start).sort((a, b) => a - b)).toEqual([
        0, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17,
      ]);
      expect(after?.serviceProviders).toHaveLength(10);
    }));

  test('revoking while requests are in flight: it never comes back', () =>
    withSubject(open, async (subject) => {
      for (let round = 0; round < 50; round += 1) {
        const mine = `token-${round}` as SessionToken;
        await subject.port.create(mine, session);
        const revokeAt = round % 8;
        const answers = await race(subject, 8, async (port, index) => {
          if (index === revokeAt) return { revoked: await port.revoke(mine) };
          if (index % 3 === 0) await port.appendFact(mine, factOf(index));
          else await port.appendServiceProvider(mine, visitOf(index));
          return undefined;
        });
        expect(answers[revokeAt]?.revoked).toBeDefined();
        expect(await subject.port.find(mine, start, idle)).toBeUndefined();
        expect(await subject.peer.find(mine, start, idle)).toBeUndefined();
      }
      expect(await subject.port.listOfPerson(session.username, start)).toEqual([]);
    }));

  test('of twenty who revoke at once exactly one is given the session', () =>
    withSubject(open, async (subject) => {
      await subject.port.create(token, session);
      const told = await race(subject, 20, (port) => port.revoke(token));
      expect(told.filter((it) => it !== undefined)).toEqual([session]);
    }));

  test('of twenty who create one token at once exactly one succeeds', () =>
    withSubject(open, async (subject) => {
      const made = await race(subject, 20, (port, index) =>
        port.create(token, { ...session, username: `s${index}` as Username }).then(
          () => `s${index}`,
          () => undefined,
        ),
      );
      const winners = made.filter((name) => name !== undefined);
      expect(winners).toHaveLength(1);
      expect((await subject.port.find(token, start, idle))?.username).toBe(winners[0]);
    }));
}
