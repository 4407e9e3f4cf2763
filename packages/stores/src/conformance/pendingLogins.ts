import type { AuthenticationFact, PendingLogins } from '@gakumon/idp';
import { type AttemptId, type AuthenticatorId, type BrowserId, minutes, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const attempt = 'attempt-1' as AttemptId;
const browser = 'browser-1' as BrowserId;
const student = 's1234567' as Username;
const professor = 'f1234567' as Username;
const loginOf = (username: Username, expiresAt = start + minutes(10)) => ({ attempt, browser, username, expiresAt });
const factOf = (index: number): AuthenticationFact => ({
  authenticator: 'password',
  at: start + index,
  address: `192.0.2.${index}`,
  passwordVersion: index % 2 === 0 ? `v_0-${index}` : undefined,
  ...(index % 3 === 2 ? { passwordState: { kind: 'expires', at: start + index } } : {}),
  ...(index % 3 === 1 ? { directory: 'staff' } : {}),
});

/** What every PendingLogins promises. */
export function conformPendingLogins(engine: string, open: OpenSubject<PendingLogins>): void {
  describe(`PendingLogins over ${engine}`, () => {
    describeKeeping(open);
    describeProlonging(open);
    describeRaces(open);
  });
}

/** As a second factor leaves it. */
const codeOf = (index: number, traits: AuthenticationFact['traits']): AuthenticationFact => ({
  authenticator: 'totp',
  at: start + index,
  address: '2001:db8::1',
  passwordVersion: undefined,
  id: `authenticator-${index}` as AuthenticatorId,
  ...(traits === undefined ? {} : { traits }),
});

function describeKeeping(open: OpenSubject<PendingLogins>): void {
  test('a first fact makes the pending login, a second one joins it', () =>
    withSubject(open, async ({ port, peer }) => {
      expect(await port.find(attempt, browser)).toBeUndefined();
      expect(await port.appendFact(loginOf(student), factOf(1))).toEqual({ ...loginOf(student), facts: [factOf(1)] });
      const both = { ...loginOf(student, start + minutes(60)), facts: [factOf(1), factOf(2)] };
      expect(await port.appendFact(loginOf(student, start + minutes(60)), factOf(2))).toEqual(both);
      expect(await peer.find(attempt, browser)).toEqual(both);
    }));

  test("stolen attempt: what one browser proved is not another browser's, nor another attempt's", () =>
    withSubject(open, async ({ port }) => {
      await port.appendFact(loginOf(student), factOf(1));
      expect(await port.find(attempt, 'browser-2' as BrowserId)).toBeUndefined();
      expect(await port.find('attempt-2' as AttemptId, browser)).toBeUndefined();
    }));

  test('two names cannot be cut differently into the same key', () =>
    withSubject(open, async ({ port }) => {
      await port.appendFact(
        { ...loginOf(student), attempt: 'a","b' as AttemptId, browser: 'c' as BrowserId },
        factOf(1),
      );
      expect(await port.find('a' as AttemptId, 'b","c' as BrowserId)).toBeUndefined();
    }));

  test("two people on one page: a fact about another person replaces the first person's", () =>
    withSubject(open, async ({ port }) => {
      await port.appendFact(loginOf(student), factOf(1));
      await port.appendFact(loginOf(professor), factOf(2));
      expect(await port.find(attempt, browser)).toEqual({ ...loginOf(professor), facts: [factOf(2)] });
    }));

  test('it ends by the injected clock, and what ended proves nothing later', () =>
    withSubject(open, async ({ port, setNow }) => {
      await port.appendFact(loginOf(student), factOf(1));
      setNow(start + minutes(10) - 1);
      expect((await port.find(attempt, browser))?.facts).toEqual([factOf(1)]);
      setNow(start + minutes(10));
      expect(await port.find(attempt, browser)).toBeUndefined();
      const renewed = await port.appendFact(loginOf(student, start + minutes(20)), factOf(2));
      expect(renewed.facts).toEqual([factOf(2)]);
    }));

  test('what is removed is gone, and removing nothing is no error', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.remove(attempt, browser);
      await port.appendFact(loginOf(student), factOf(1));
      await peer.remove(attempt, browser);
      expect(await port.find(attempt, browser)).toBeUndefined();
      expect((await port.appendFact(loginOf(student), factOf(2))).facts).toEqual([factOf(2)]);
    }));

  test('the sweep removes what has expired, and only that', () =>
    withSubject(open, async ({ port, setNow, sweep, counts }) => {
      await port.appendFact(loginOf(student), factOf(1));
      await port.appendFact({ ...loginOf(student, start + minutes(60)), browser: 'browser-2' as BrowserId }, factOf(2));
      const removed = await sweep(start + minutes(10));
      if (counts) expect([removed, await port.find(attempt, browser)]).toEqual([1, undefined]);
      setNow(start + minutes(10));
      expect(await port.find(attempt, browser)).toBeUndefined();
      expect(await port.find(attempt, 'browser-2' as BrowserId)).toBeDefined();
    }));
}

function describeProlonging(open: OpenSubject<PendingLogins>): void {
  test('which authenticator it was and what was true of it is kept as it was proved', () =>
    withSubject(open, async ({ port, peer }) => {
      const facts = [factOf(1), codeOf(2, undefined), codeOf(3, ['shared']), codeOf(4, ['user-verified', 'synced'])];
      for (const fact of facts) await port.appendFact(loginOf(student), fact);
      expect(await peer.find(attempt, browser)).toEqual({ ...loginOf(student), facts });
    }));

  test('somebody who enrols gets more time, and keeps what was proved', () =>
    withSubject(open, async ({ port, peer, setNow }) => {
      await port.appendFact(loginOf(student), factOf(1));
      await port.appendFact(loginOf(student), codeOf(2, ['shared']));
      expect(await peer.prolong(attempt, browser, start + minutes(60))).toBe(true);
      setNow(start + minutes(59));
      const kept = { ...loginOf(student, start + minutes(60)), facts: [factOf(1), codeOf(2, ['shared'])] };
      expect(await port.find(attempt, browser)).toEqual(kept);
      setNow(start + minutes(60));
      expect(await port.find(attempt, browser)).toBeUndefined();
    }));

  test('the end is never brought forward', () =>
    withSubject(open, async ({ port }) => {
      await port.appendFact(loginOf(student), factOf(1));
      expect(await port.prolong(attempt, browser, start + minutes(5))).toBe(true);
      expect((await port.find(attempt, browser))?.expiresAt).toBe(start + minutes(10));
    }));

  test('attack: nothing is made out of nothing: no login, one that is over, one of another browser or attempt', () =>
    withSubject(open, async ({ port, setNow }) => {
      const end = start + minutes(60);
      expect(await port.prolong(attempt, browser, end)).toBe(false);
      await port.appendFact(loginOf(student), factOf(1));
      expect(await port.prolong(attempt, 'browser-2' as BrowserId, end)).toBe(false);
      expect(await port.prolong('attempt-2' as AttemptId, browser, end)).toBe(false);
      setNow(start + minutes(10));
      expect(await port.prolong(attempt, browser, end)).toBe(false);
      expect(await port.find(attempt, browser)).toBeUndefined();
    }));

  test('putting the end off loses no fact that arrives meanwhile', () =>
    withSubject(open, async (subject) => {
      const end = start + minutes(60);
      await subject.port.appendFact(loginOf(student, end), factOf(0));
      await race(subject, 20, async (port, index) => {
        if (index % 2 === 0) await port.prolong(attempt, browser, end);
        else await port.appendFact(loginOf(student, end), factOf(index));
      });
      const kept = await subject.port.find(attempt, browser);
      expect(kept?.facts).toHaveLength(11);
      expect(kept?.expiresAt).toBe(end);
    }));

  test('attack: putting the end off while it is removed brings nothing back', () =>
    withSubject(open, async (subject) => {
      for (let round = 0; round < 20; round += 1) {
        await subject.port.appendFact(loginOf(student), factOf(0));
        await race(subject, 4, async (port, index) => {
          if (index === 2) await port.remove(attempt, browser);
          else await port.prolong(attempt, browser, start + minutes(60));
        });
        expect(await subject.peer.find(attempt, browser)).toBeUndefined();
      }
    }));
}

function describeRaces(open: OpenSubject<PendingLogins>): void {
  test('twenty facts at once are all there', () =>
    withSubject(open, async (subject) => {
      await race(subject, 20, (port, index) => port.appendFact(loginOf(student), factOf(index)));
      const facts = (await subject.port.find(attempt, browser))?.facts ?? [];
      expect(facts.map((fact) => fact.at).sort()).toEqual(Array.from({ length: 20 }, (_, index) => factOf(index).at));
    }));

  test('facts of two people at once never mix', () =>
    withSubject(open, async (subject) => {
      const ofStudent = (fact: AuthenticationFact) => (fact.at - start) % 4 < 2;
      const answers = await race(subject, 40, (port, index) =>
        port.appendFact(loginOf(ofStudent(factOf(index)) ? student : professor), factOf(index)),
      );
      const kept = await subject.port.find(attempt, browser);
      for (const login of kept === undefined ? answers : [...answers, kept]) {
        expect(login.facts.map(ofStudent)).not.toContain(login.username !== student);
      }
      expect(kept).toBeDefined();
    }));

  test('removing while facts arrive: nothing that was removed comes back', () =>
    withSubject(open, async (subject) => {
      for (let round = 0; round < 30; round += 1) {
        await subject.port.appendFact(loginOf(student), factOf(0));
        await race(subject, 6, async (port, index) => {
          if (index === 3) await port.remove(attempt, browser);
          else await port.appendFact(loginOf(student), factOf(index + 1));
        });
        await subject.port.remove(attempt, browser);
        const fresh = await subject.peer.appendFact(loginOf(student), factOf(9));
        expect(fresh.facts).toEqual([factOf(9)]);
        await subject.peer.remove(attempt, browser);
      }
    }));
}
