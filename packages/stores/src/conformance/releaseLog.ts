import type { IssuedIdentifier, ReleaseEvent, ReleaseLog } from '@gakumon/idp';
import { hours, type Username } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const student = 's1234567' as Username;
const sp = 'https://sp.example.ac.jp/shibboleth';
const persistent: IssuedIdentifier = { kind: 'persistent', digest: 'p'.repeat(32) };
const transient: IssuedIdentifier = { kind: 'transient', digest: 't'.repeat(32) };
const eventOf = (index: number, changes: Partial<ReleaseEvent> = {}): ReleaseEvent => ({
  id: `_${index}`,
  at: start + index,
  username: student,
  serviceProvider: sp,
  attributes: ['mail', 'eduPersonTargetedID'],
  nameIdFormat: 'urn:oasis:names:tc:SAML:2.0:nameid-format:persistent',
  identifiers: [persistent],
  ...changes,
});
const days = (count: number): number => hours(24 * count);
const times = (events: readonly ReleaseEvent[]): number[] => events.map(({ at }) => at - start);

/** What every ReleaseLog promises. */
export function conformReleaseLog(engine: string, open: OpenSubject<ReleaseLog>): void {
  describe(`ReleaseLog over ${engine}`, () => {
    describeEvents(open);
    describeIdentifiers(open);
  });
}

function describeEvents(open: OpenSubject<ReleaseLog>): void {
  test('what is appended is listed, complete, the newest first; twice is once', () =>
    withSubject(open, async ({ port, peer }) => {
      const bare = eventOf(2, { attributes: [], identifiers: [] });
      await port.append([]);
      await port.append([eventOf(1), eventOf(3)]);
      await peer.append([bare, eventOf(3)]);
      expect(await peer.list({}, 10)).toEqual([eventOf(3), bare, eventOf(1)]);
      expect(await port.list({}, 2)).toEqual([eventOf(3), bare]);
    }));

  test('of a person, of a service, since a time, and together', () =>
    withSubject(open, async ({ port }) => {
      const other = { username: 'f1' as Username };
      const elsewhere = { serviceProvider: 'https://other.example.org' };
      await port.append([eventOf(1), eventOf(2, other), eventOf(3, elsewhere), eventOf(4)]);
      expect(times(await port.list({ username: student }, 10))).toEqual([4, 3, 1]);
      expect(times(await port.list({ serviceProvider: sp }, 10))).toEqual([4, 2, 1]);
      expect(times(await port.list({ since: start + 3 }, 10))).toEqual([4, 3]);
      expect(times(await port.list({ username: student, serviceProvider: sp, since: start + 2 }, 10))).toEqual([4]);
    }));

  test('as many as wait in a queue, at once', () =>
    withSubject(open, async ({ port, peer }) => {
      const all = Array.from({ length: 611 }, (_, index) => eventOf(index));
      await port.append(all);
      expect(await peer.list({}, 1000)).toHaveLength(611);
      expect(await peer.findIdentifier(persistent.digest)).toEqual([
        { kind: 'persistent', username: student, serviceProvider: sp, firstAt: start, lastAt: start + 610 },
      ]);
    }));

  test('attack: texts without end, or that an engine cannot keep, take no more place than the log pays for', () =>
    withSubject(open, async ({ port }) => {
      const odd = eventOf(1, { serviceProvider: `\0\ud800${'x'.repeat(5000)}`, nameIdFormat: 'f'.repeat(5000) });
      await port.append([odd]);
      const [kept] = await port.list({}, 1);
      expect([kept?.serviceProvider.length, kept?.nameIdFormat.length]).toEqual([1024, 1000]);
    }));

  test('the sweep forgets what is older than 90 days', () =>
    withSubject(open, async ({ port, sweep, counts }) => {
      await port.append([eventOf(0, { at: start - days(90), identifiers: [] }), eventOf(1, { identifiers: [] })]);
      const removed = await sweep(start);
      if (counts) expect([removed, times(await port.list({}, 10))]).toEqual([1, [1]]);
    }));
}

function describeIdentifiers(open: OpenSubject<ReleaseLog>): void {
  test('an identifier tells whom it named, where, first and last; the latest use first', () =>
    withSubject(open, async ({ port, peer }) => {
      const elsewhere = eventOf(7, { serviceProvider: 'https://other.example.org' });
      await port.append([eventOf(2), eventOf(5)]);
      await peer.append([eventOf(1), eventOf(3), elsewhere]);
      expect(await port.findIdentifier('unknown')).toEqual([]);
      expect(await port.findIdentifier(persistent.digest)).toEqual([
        {
          kind: 'persistent',
          username: student,
          serviceProvider: elsewhere.serviceProvider,
          firstAt: start + 7,
          lastAt: start + 7,
        },
        { kind: 'persistent', username: student, serviceProvider: sp, firstAt: start + 1, lastAt: start + 5 },
      ]);
    }));

  test('transient ones are known for 90 days, others for 24 months after their last use', () =>
    withSubject(open, async ({ port, peer, sweep, counts }) => {
      const both = { identifiers: [transient, persistent] };
      await port.append([
        eventOf(0, { ...both, at: start - days(731) }),
        eventOf(1, { ...both, at: start - days(90) }),
      ]);
      await sweep(start);
      if (counts) expect(await port.findIdentifier(transient.digest)).toEqual([]);
      expect(await peer.findIdentifier(persistent.digest)).toMatchObject([{ lastAt: start - days(90) }]);
      await sweep(start - days(90) + days(731));
      if (counts) expect(await peer.findIdentifier(persistent.digest)).toEqual([]);
    }));

  test('twenty nodes that append the same identifiers at once, in any order', () =>
    withSubject(open, async (subject) => {
      const identifiers = Array.from(
        { length: 25 },
        (_, at): IssuedIdentifier => ({ ...persistent, digest: `d${at}` }),
      );
      await race(subject, 20, (port, index) =>
        port.append([eventOf(index, { identifiers: index % 3 === 0 ? identifiers.toReversed() : identifiers })]),
      );
      expect(await subject.peer.list({}, 100)).toHaveLength(20);
      for (const { digest } of identifiers) {
        expect(await subject.peer.findIdentifier(digest)).toMatchObject([{ firstAt: start, lastAt: start + 19 }]);
      }
    }));
}
