import type { LoadedMetadata, MetadataRecords } from '@gakumon/metadata';
import { describe, expect, test } from '@jest/globals';
import { type OpenSubject, race, start, withSubject } from './subject.ts';

const loaded = (name: string, text = '<EntityDescriptor/>'): LoadedMetadata => ({
  name,
  xml: new TextEncoder().encode(text),
  loadedAt: start,
});
const plain = (records: readonly LoadedMetadata[]) =>
  records.map((it) => ({ name: it.name, text: new TextDecoder().decode(it.xml), loadedAt: it.loadedAt }));

/** What every MetadataRecords promises. */
export function conformMetadataRecords(engine: string, open: OpenSubject<MetadataRecords>): void {
  describe(`MetadataRecords over ${engine}`, () => {
    test('saved bytes come back as they were, in order of their names', () =>
      withSubject(open, async ({ port, peer }) => {
        await port.save(loaded('b', '\u0000学門\r\n'));
        await port.save(loaded('a'));
        expect(plain(await peer.list())).toEqual(plain([loaded('a'), loaded('b', '\u0000学門\r\n')]));
      }));

    test('the same name replaces', () =>
      withSubject(open, async ({ port }) => {
        await port.save(loaded('a', 'old'));
        await port.save({ ...loaded('a', 'new'), loadedAt: start + 1 });
        expect(plain(await port.list())).toEqual([{ name: 'a', text: 'new', loadedAt: start + 1 }]);
      }));

    test('each change raises the generation, and nothing else does', () =>
      withSubject(open, async ({ port, peer }) => {
        const first = await port.generation();
        await port.save(loaded('a'));
        await port.save(loaded('a'));
        expect(await peer.generation()).toBe(first + 2);
        expect(await port.remove('a')).toBe(true);
        expect(await port.remove('a')).toBe(false);
        await port.list();
        expect(await peer.generation()).toBe(first + 3);
        expect(await port.list()).toEqual([]);
      }));

    test('twenty changes at once are twenty generations', () =>
      withSubject(open, async (subject) => {
        const first = await subject.port.generation();
        await race(subject, 20, (port, index) => port.save(loaded(`n${index}`)));
        expect(await subject.peer.generation()).toBe(first + 20);
        expect(await subject.port.list()).toHaveLength(20);
      }));

    test('of twenty who remove one name at once exactly one did', () =>
      withSubject(open, async (subject) => {
        await subject.port.save(loaded('a'));
        const first = await subject.port.generation();
        const removed = await race(subject, 20, (port) => port.remove('a'));
        expect(removed.filter(Boolean)).toHaveLength(1);
        expect(await subject.port.generation()).toBe(first + 1);
      }));
  });
}
