import type { StoredId, StoredIds } from '@gakumon/idp';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const localEntity = 'https://idp.example.ac.jp/idp/shibboleth';
const peerEntity = 'https://sp.example.ac.jp/shibboleth';
const idOf = (persistentId: string, changes: Partial<StoredId> = {}): StoredId => ({
  localEntity,
  peerEntity,
  persistentId,
  principalName: 's1234567',
  localId: '学籍-1234567',
  peerProvidedId: undefined,
  creationDate: start,
  deactivationDate: undefined,
  ...changes,
});
const { localId } = idOf('');

/** What every StoredIds promises. */
export function conformStoredIds(engine: string, open: OpenSubject<StoredIds>): void {
  describe(`StoredIds over ${engine}`, () => {
    describeKeeping(open);
    describeDeactivating(open);
    describeRaces(open);
  });
}

function describeKeeping(open: OpenSubject<StoredIds>): void {
  test('what is added is found through every handle, complete; of each SP and person another one', () =>
    withSubject(open, async ({ port, peer }) => {
      expect(await port.find(localEntity, peerEntity, localId)).toBeUndefined();
      const first = idOf('A', { peerProvidedId: 'theirs' });
      expect(await port.add(first)).toEqual(first);
      expect(await peer.find(localEntity, peerEntity, localId)).toEqual(first);
      expect(await peer.find(localEntity, 'https://other.example.org', localId)).toBeUndefined();
      expect(await peer.find('https://other.example.org', peerEntity, localId)).toBeUndefined();
      expect(await peer.find(localEntity, peerEntity, localId.toLowerCase().slice(1))).toBeUndefined();
    }));

  test('the one that is in force stays: a second one is not written', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.add(idOf('A'));
      expect(await peer.add(idOf('B'))).toEqual(idOf('A'));
      expect(await port.findByValue('B')).toEqual([]);
    }));

  test('is found by its value, at every SP, and by its person', () =>
    withSubject(open, async ({ port }) => {
      const elsewhere = idOf('A', { peerEntity: 'https://other.example.org', creationDate: start + 1 });
      const others = idOf('C', { principalName: 'f1234567', localId: 'f' });
      for (const id of [idOf('A'), elsewhere, others]) await port.add(id);
      expect(await port.findByValue('A')).toEqual([idOf('A'), elsewhere]);
      expect(await port.findByValue('a')).toEqual([]);
      expect(await port.listOfPerson('f1234567')).toEqual([others]);
    }));

  test('attack: a value that names somebody already is given to nobody else', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.add(idOf('A'));
      const thief = idOf('A', { principalName: 'x', localId: 'x' });
      await expect(peer.add(thief)).rejects.toMatchObject({ code: 'store-unavailable' });
      expect(await port.findByValue('A')).toEqual([idOf('A')]);
    }));
}

function describeDeactivating(open: OpenSubject<StoredIds>): void {
  test('a deactivated one is found until there is a new one, and never in force again', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.add(idOf('A'));
      expect(await peer.deactivate(localEntity, peerEntity, 'A', start + 5)).toBe(true);
      expect(await port.deactivate(localEntity, peerEntity, 'A', start + 6)).toBe(false);
      expect(await port.find(localEntity, peerEntity, localId)).toEqual(idOf('A', { deactivationDate: start + 5 }));
      await expect(port.add(idOf('A'))).rejects.toMatchObject({ code: 'store-unavailable' });
      const next = idOf('B', { creationDate: start + 7 });
      expect(await port.add(next)).toEqual(next);
      expect(await peer.find(localEntity, peerEntity, localId)).toEqual(next);
      expect(await peer.listOfPerson('s1234567')).toHaveLength(2);
    }));

  test('of several deactivated ones the last is found', () =>
    withSubject(open, async ({ port }) => {
      for (const [index, value] of ['C', 'A', 'B'].entries()) {
        await port.add(idOf(value));
        await port.deactivate(localEntity, peerEntity, value, start + index);
      }
      expect(await port.find(localEntity, peerEntity, localId)).toMatchObject({ persistentId: 'B' });
    }));

  test('all of some people are deactivated at once, and nobody else’s', () =>
    withSubject(open, async ({ port, peer }) => {
      const elsewhere = idOf('A', { peerEntity: 'https://other.example.org' });
      const others = [
        idOf('C', { localId: 'other' }),
        idOf('D', { localId: localId.toLowerCase().slice(1) }),
        idOf('A', { localEntity: 'https://other.example.org' }),
      ];
      for (const id of [idOf('A'), elsewhere, ...others]) await port.add(id);
      const sources = async (entity: string) => (await peer.listSourceValues(entity)).toSorted();
      expect(await sources(localEntity)).toEqual([localId, 'other', localId.toLowerCase().slice(1)].toSorted());
      const many = Array.from({ length: 120 }, (_, index) => `nobody ${index}`);
      expect(await peer.deactivateAll(localEntity, [...many, localId], start + 5)).toBe(2);
      expect(await port.deactivateAll(localEntity, [localId], start + 6)).toBe(0);
      expect(await port.deactivateAll(localEntity, [], start + 6)).toBe(0);
      expect(await sources(localEntity)).toEqual(['other', localId.toLowerCase().slice(1)].toSorted());
      expect(await sources('https://other.example.org')).toEqual([localId]);
      expect(await port.find(localEntity, peerEntity, localId)).toEqual(idOf('A', { deactivationDate: start + 5 }));
    }));

  test('what is not there, or is at another SP, is not deactivated', () =>
    withSubject(open, async ({ port }) => {
      await port.add(idOf('A'));
      expect(await port.deactivate(localEntity, 'https://other.example.org', 'A', start)).toBe(false);
      expect(await port.deactivate(localEntity, peerEntity, 'B', start)).toBe(false);
      expect(await port.find(localEntity, peerEntity, localId)).toEqual(idOf('A'));
    }));
}

function describeRaces(open: OpenSubject<StoredIds>): void {
  test('twenty nodes that add at once are all told the same one', () =>
    withSubject(open, async (subject) => {
      const told = await race(subject, 20, (port, index) => port.add(idOf(`drawn-${index}`)));
      const values = new Set(told.map(({ persistentId }) => persistentId));
      expect(values.size).toBe(1);
      expect(await subject.peer.find(localEntity, peerEntity, localId)).toEqual(told[0]);
      expect(await subject.port.listOfPerson('s1234567')).toHaveLength(1);
    }));

  test('of those who deactivate at once one is told that it was in force', () =>
    withSubject(open, async (subject) => {
      await subject.port.add(idOf('A'));
      const told = await race(subject, 10, (port, index) =>
        port.deactivate(localEntity, peerEntity, 'A', start + index),
      );
      expect(told.filter(Boolean)).toHaveLength(1);
    }));
}
