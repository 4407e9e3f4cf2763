import type { AuthenticationFact, SessionServiceProvider, SsoSession, SsoSessions } from '@gakumon/idp';
import { type AuthenticatorId, hours, isGakumonError, minutes, type SessionId, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

/** As `sessionIdOf` makes them: 22 characters of base64url. */
const idOf = (name: number | string): SessionId => `${name}`.padStart(22, '-') as SessionId;
const idle = minutes(60);
const factOf = (index: number): AuthenticationFact => ({
  authenticator: 'password',
  at: start + index,
  address: '2001:db8::1',
  passwordVersion: index % 2 === 0 ? 'v_0-12345678' : undefined,
  ...(index % 3 === 2 ? { passwordState: { kind: 'expires', at: start + index } } : {}),
  ...(index % 3 === 1 ? { directory: 'staff' } : {}),
});
const visitOf = (index: number, at = start + index): SessionServiceProvider => ({
  entityId: `https://sp${index}.example.ac.jp/shibboleth`,
  nameId: { format: 'urn:oasis:names:tc:SAML:2.0:nameid-format:transient', value: `値<&"${index}` },
  at,
});
const session: SsoSession = {
  id: idOf('of-a-student'),
  username: 's1234567' as Username,
  facts: [factOf(0)],
  serviceProviders: [],
  createdAt: start,
  idleAt: start + idle,
  expiresAt: start + hours(8),
};
const { id } = session;
/** Visits a service that has not been visited, and pushes the idle end back from that moment. */
const visit = (port: SsoSessions, index: number, at = start + index, to: SessionId = id) =>
  port.appendServiceProvider(to, visitOf(index, at), at + idle);

/** What every SsoSessions promises. */
export function conformSsoSessions(engine: string, open: OpenSubject<SsoSessions>): void {
  describe(`SsoSessions over ${engine}`, () => {
    describeKeeping(open);
    describeLists(open);
    describeEnds(open);
    describeRevoking(open);
    describeRaces(open);
  });
}

function describeKeeping(open: OpenSubject<SsoSessions>): void {
  test('what is created is found, through every handle, and under no other id', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(session);
      expect(await port.find(id, start)).toEqual(session);
      expect(await peer.find(id, start)).toEqual(session);
      expect(await port.find(`${id.slice(0, -1)}u` as SessionId, start)).toBeUndefined();
      expect(await port.find('' as SessionId, start)).toBeUndefined();
    }));

  test('which authenticator proved a fact, and what was true of it, is kept', () =>
    withSubject(open, async ({ port, peer }) => {
      const common = { at: start + 1, address: '2001:db8::1', passwordVersion: undefined };
      const code: AuthenticationFact = {
        ...common,
        authenticator: 'totp',
        id: 'a' as AuthenticatorId,
        traits: ['shared'],
      };
      const key: AuthenticationFact = { ...common, authenticator: 'webauthn', id: 'b' as AuthenticatorId, traits: [] };
      await port.create({ ...session, facts: [factOf(0), code] });
      await peer.appendFact(id, key);
      expect((await port.find(id, start))?.facts).toEqual([factOf(0), code, key]);
      expect((await port.listOfPerson(session.username, start))[0]?.facts).toEqual([factOf(0), code, key]);
    }));

  test('all of it is kept: visits and facts that it is created with too', () =>
    withSubject(open, async ({ port, peer }) => {
      const full = { ...session, facts: [factOf(0), factOf(1)], serviceProviders: [visitOf(1), visitOf(2)] };
      await port.create(full);
      expect(await peer.find(id, start)).toEqual(full);
    }));

  test('session fixation: an id is never given to a second session', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(session);
      const other = { ...session, username: 'f1234567' as Username };
      const failure = await peer.create(other).catch((error: unknown) => error);
      expect(isGakumonError(failure) && failure.code).toBe('internal');
      expect((await port.find(id, start))?.username).toBe(session.username);
      expect(await port.listOfPerson(other.username, start)).toEqual([]);
    }));

  test('facts are appended; they do not count as use', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(session);
      const after = { ...session, facts: [factOf(0), factOf(5)] };
      expect(await port.appendFact(id, factOf(5))).toEqual(after);
      expect(await peer.find(id, start)).toEqual(after);
    }));

  test('service providers are appended, count as use, and a second visit replaces the first', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(session);
      await visit(port, 1);
      await visit(peer, 2);
      const again = visitOf(1, start + minutes(5));
      const after = await port.appendServiceProvider(id, again, again.at + idle);
      expect(after).toEqual({ ...session, serviceProviders: [visitOf(2), again], idleAt: again.at + idle });
      expect(await peer.find(id, start)).toEqual(after);
    }));

  test('an answer that arrives late does not age the session', () =>
    withSubject(open, async ({ port }) => {
      await port.create(session);
      await visit(port, 1, start + minutes(5));
      await visit(port, 2, start + minutes(4));
      expect((await port.find(id, start))?.idleAt).toBe(start + minutes(5) + idle);
    }));

  test('one fact or many of one session leave another one as it was', () =>
    withSubject(open, async ({ port }) => {
      const other = { ...session, id: idOf('another') };
      await port.create(session);
      await port.create(other);
      await port.appendFact(id, factOf(1));
      await visit(port, 1);
      expect(await port.find(other.id, start)).toEqual(other);
    }));

  test('ten thousand services do not grow one session without end, and the newest stay', () =>
    withSubject(open, async ({ port }) => {
      await port.create({ ...session, serviceProviders: Array.from({ length: 5_000 }, (_, i) => visitOf(i)) });
      const after = await visit(port, 5_000);
      expect(after?.serviceProviders.length).toBeLessThanOrEqual(200);
      expect(after?.serviceProviders.at(-1)).toEqual(visitOf(5_000));
    }));

  test('a fact proved again and again does not grow one session without end, and the newest stay', () =>
    withSubject(open, async ({ port }) => {
      await port.create(session);
      for (let index = 1; index <= 60; index += 1) await port.appendFact(id, factOf(index));
      const kept = await port.find(id, start);
      expect(kept?.facts.length).toBeLessThanOrEqual(50);
      expect(kept?.facts.at(-1)).toEqual(factOf(60));
    }));
}

function describeLists(open: OpenSubject<SsoSessions>): void {
  test("a person's sessions are listed, oldest first, and nobody else's", () =>
    withSubject(open, async ({ port, peer }) => {
      const second = { ...session, id: idOf('other-browser'), createdAt: start + 1 };
      await port.create(second);
      await port.create(session);
      await port.create({ ...session, id: idOf('somebody-else'), username: 's12345678' as Username });
      expect(await peer.listOfPerson(session.username, start)).toEqual([session, second]);
      await port.revoke(id);
      expect(await peer.listOfPerson(session.username, start)).toEqual([second]);
    }));

  test('a session that is over is not listed, though another of the person lives', () =>
    withSubject(open, async ({ port, peer }) => {
      const used = { ...session, id: idOf('used'), createdAt: start + 1 };
      await port.create(session);
      await port.create(used);
      await visit(port, 1, start + minutes(30), used.id);
      const listed = async (now: number) => (await peer.listOfPerson(session.username, now)).map((one) => one.id);
      expect(await listed(session.idleAt - 1)).toEqual([id, used.id]);
      expect(await listed(session.idleAt)).toEqual([used.id]);
      expect(await listed(start + minutes(90))).toEqual([]);
    }));

  test('a listed session is the same as the one that is found', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(session);
      await port.appendFact(id, factOf(3));
      await visit(peer, 7);
      const found = await port.find(id, start);
      expect(found?.serviceProviders).toEqual([visitOf(7)]);
      expect(await port.listOfPerson(session.username, start)).toEqual([found]);
    }));

  test('names that differ in case, or look like a pattern, are different people', () =>
    withSubject(open, async ({ port }) => {
      for (const name of ['s1', 'S1', 's%', '*', 'ｓ1', '学生', 's1}{']) {
        await port.create({ ...session, id: idOf(Buffer.from(name).toString('hex')), username: name as Username });
      }
      for (const name of ['s1', 'S1', 's%', '*', 'ｓ1', '学生', 's1}{']) {
        const listed = await port.listOfPerson(name as Username, start);
        expect(listed.map((one) => one.username)).toEqual([name]);
      }
      expect(await port.listOfPerson('s' as Username, start)).toEqual([]);
    }));
}

function describeEnds(open: OpenSubject<SsoSessions>): void {
  test('a session ends when it lies unused', () =>
    withSubject(open, async ({ port, setNow }) => {
      await port.create(session);
      expect(await port.find(id, start + idle - 1)).toEqual(session);
      expect(await port.find(id, start + idle)).toBeUndefined();
      setNow(start + minutes(30));
      await visit(port, 1, start + minutes(30));
      expect(await port.find(id, start + idle)).toBeDefined();
      expect(await port.find(id, start + minutes(90) - 1)).toBeDefined();
      expect(await port.find(id, start + minutes(90))).toBeUndefined();
    }));

  test('nothing is appended to a session that has lain unused for too long: it does not come back to life', () =>
    withSubject(open, async ({ port, peer, setNow }) => {
      await port.create(session);
      setNow(session.idleAt);
      expect(await port.appendFact(id, factOf(1))).toBeUndefined();
      // A visit of before, which arrives after the end
      expect(await peer.appendServiceProvider(id, visitOf(1), session.idleAt + idle)).toBeUndefined();
      expect(await port.find(id, session.idleAt)).toBeUndefined();
      expect(await port.revoke(id)).toBeUndefined();
    }));

  test('a session in use ends at its absolute end, and nothing is appended to it then', () =>
    withSubject(open, async ({ port, setNow }) => {
      await port.create(session);
      const end = session.expiresAt;
      for (let at = start; at < end; at += idle / 2) {
        setNow(at);
        await visit(port, 1, at);
      }
      setNow(end - 2);
      expect(await visit(port, 1, end - 2)).toMatchObject({ idleAt: end });
      expect(await port.find(id, end - 1)).toBeDefined();
      expect(await port.find(id, end)).toBeUndefined();
      setNow(end);
      // A fact from before the end, written after it: the clock decides, not the fact
      expect(await port.appendFact(id, factOf(1))).toBeUndefined();
      expect(await visit(port, 2, end - 1)).toBeUndefined();
      setNow(end - 1);
      const kept = await port.find(id, end - 1);
      expect(kept?.facts).toEqual([factOf(0)]);
      expect(kept?.serviceProviders.map((sp) => sp.entityId)).toEqual([visitOf(1).entityId]);
    }));

  test('nothing is appended to a session that never was', () =>
    withSubject(open, async ({ port }) => {
      expect(await port.appendFact(id, factOf(1))).toBeUndefined();
      expect(await visit(port, 1)).toBeUndefined();
      expect(await port.find(id, start)).toBeUndefined();
      expect(await port.listOfPerson(session.username, start)).toEqual([]);
    }));

  test('the sweep removes sessions past their end, and only those', () =>
    withSubject(open, async ({ port, setNow, sweep, counts }) => {
      const longer = { ...session, id: idOf('longer'), idleAt: session.idleAt + 1 };
      await port.create(session);
      await port.create(longer);
      const removed = await sweep(session.idleAt);
      if (counts) expect([removed, await port.find(id, start)]).toEqual([1, undefined]);
      setNow(session.idleAt);
      expect(await port.find(longer.id, session.idleAt)).toEqual(longer);
      expect(await port.listOfPerson(session.username, session.idleAt)).toEqual([longer]);
    }));
}

function describeRevoking(open: OpenSubject<SsoSessions>): void {
  test('a revoked session is told once, as it was, and never comes back', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.create(session);
      const used = await visit(port, 1);
      expect(used?.serviceProviders).toEqual([visitOf(1)]);
      expect(await peer.revoke(id)).toEqual(used);
      expect(await port.revoke(id)).toBeUndefined();
      expect(await port.appendFact(id, factOf(1))).toBeUndefined();
      expect(await visit(port, 1)).toBeUndefined();
      expect(await port.find(id, start)).toBeUndefined();
      expect(await port.listOfPerson(session.username, start)).toEqual([]);
    }));

  test('a session that is over is not told to whoever revokes it', () =>
    withSubject(open, async ({ port, setNow }) => {
      await port.create(session);
      setNow(session.idleAt);
      expect(await port.revoke(id)).toBeUndefined();
    }));

  test('revoking one session of a person leaves the others', () =>
    withSubject(open, async ({ port, peer }) => {
      const other = { ...session, id: idOf('another') };
      await port.create(session);
      await port.create(other);
      await peer.revoke(id);
      expect(await port.find(other.id, start)).toEqual(other);
      expect(await visit(port, 1, start, other.id)).toBeDefined();
    }));
}

function describeRaces(open: OpenSubject<SsoSessions>): void {
  test('facts and visits at once are all there', () =>
    withSubject(open, async (subject) => {
      await subject.port.create(session);
      await race(subject, 20, (port, index) =>
        index % 4 < 2 ? port.appendFact(id, factOf(index)) : visit(port, index),
      );
      const after = await subject.port.find(id, start);
      expect(after?.facts.map((fact) => fact.at - start).sort((a, b) => a - b)).toEqual([
        0, 0, 1, 4, 5, 8, 9, 12, 13, 16, 17,
      ]);
      expect(after?.serviceProviders).toHaveLength(10);
      expect(after?.idleAt).toBe(start + 19 + idle);
    }));

  test('double submit: one visit written twenty times at once is there once', () =>
    withSubject(open, async (subject) => {
      await subject.port.create(session);
      const told = await race(subject, 20, (port) => visit(port, 1));
      for (const answer of told) expect(answer?.serviceProviders).toEqual([visitOf(1)]);
      expect((await subject.peer.find(id, start))?.serviceProviders).toEqual([visitOf(1)]);
    }));

  test('revoking while requests are in flight: it never comes back', () =>
    withSubject(open, async (subject) => {
      for (let round = 0; round < 50; round += 1) {
        const mine = idOf(`round-${round}`);
        await subject.port.create({ ...session, id: mine });
        const revokeAt = round % 8;
        const answers = await race(subject, 8, async (port, index) => {
          if (index === revokeAt) return { revoked: await port.revoke(mine) };
          if (index % 3 === 0) await port.appendFact(mine, factOf(index));
          else await visit(port, index, start + index, mine);
          return undefined;
        });
        expect(answers[revokeAt]?.revoked).toBeDefined();
        expect(await subject.port.find(mine, start)).toBeUndefined();
        expect(await subject.peer.find(mine, start)).toBeUndefined();
      }
      expect(await subject.port.listOfPerson(session.username, start)).toEqual([]);
    }));

  test('of twenty who revoke at once exactly one is given the session', () =>
    withSubject(open, async (subject) => {
      await subject.port.create(session);
      const told = await race(subject, 20, (port) => port.revoke(id));
      expect(told.filter((it) => it !== undefined)).toEqual([session]);
    }));

  test('of twenty who create one id at once exactly one succeeds', () =>
    withSubject(open, async (subject) => {
      const made = await race(subject, 20, (port, index) =>
        port.create({ ...session, username: `s${index}` as Username }).then(
          () => `s${index}`,
          () => undefined,
        ),
      );
      const winners = made.filter((name) => name !== undefined);
      expect(winners).toHaveLength(1);
      expect((await subject.port.find(id, start))?.username).toBe(winners[0]);
    }));

  test('sessions of one person that begin and end at once are listed as they are', () =>
    withSubject(open, async (subject) => {
      const mine = (index: number) => ({ ...session, id: idOf(index), createdAt: start + index });
      for (let index = 0; index < 10; index += 1) await subject.port.create(mine(index));
      await race(subject, 20, async (port, index) => {
        if (index < 10) await port.revoke(mine(index).id);
        else await port.create(mine(index));
      });
      const listed = await subject.peer.listOfPerson(session.username, start);
      expect(listed.map((one) => one.createdAt - start)).toEqual([10, 11, 12, 13, 14, 15, 16, 17, 18, 19]);
    }));
}
