import { describe, expect, test } from '@jest/globals';
import type { SealedRecord, SealedRecords, SealedRow } from '../sealedRecords.ts';
import { type OpenSubject, race, withSubject } from './subject.ts';

const older = '0a0b0c0d';
const newer = 'f0f1f2f3';
const sealed = (text: string): Uint8Array => new TextEncoder().encode(text);
const record = (name: string, text = 'sealed', keyId = older, kind = 'totp'): Omit<SealedRecord, 'revision'> => ({
  kind,
  name,
  keyId,
  sealed: sealed(text),
});
/** Without what differs each time; octets as text, since engines give them in other classes. */
const plain = (it: SealedRecord | undefined) =>
  it && { kind: it.kind, name: it.name, keyId: it.keyId, text: new TextDecoder().decode(it.sealed) };
const names = (records: readonly SealedRow[]): string[] => records.map(({ kind, name }) => `${kind} ${name}`);

/** What every SealedRecords promises. */
export function conformSealedRecords(engine: string, open: OpenSubject<SealedRecords>): void {
  describe(`SealedRecords over ${engine}`, () => {
    describeKeeping(open);
    describeReplacing(open);
  });
}

function describeKeeping(open: OpenSubject<SealedRecords>): void {
  test('octets come back as they were, through every handle', () =>
    withSubject(open, async ({ port, peer }) => {
      expect(await port.find('totp', 'a')).toBeUndefined();
      expect(await port.replace(record('a', '\u0000学門\r\n'), undefined)).toBe(true);
      const found = await peer.find('totp', 'a');
      expect(plain(found)).toEqual({ kind: 'totp', name: 'a', keyId: older, text: '\u0000学門\r\n' });
      expect(found?.revision).toEqual(expect.any(String));
      expect(await peer.find('totp', 'A')).toBeUndefined();
      expect(await peer.find('document', 'a')).toBeUndefined();
    }));

  test('those of one kind are listed in order of their names', () =>
    withSubject(open, async ({ port, peer }) => {
      for (const name of ['b', 'a', 'c']) await port.replace(record(name), undefined);
      await port.replace(record('b', 'other', older, 'document'), undefined);
      expect(names(await peer.list('totp'))).toEqual(['totp a', 'totp b', 'totp c']);
      expect((await peer.list('document')).map(plain)).toEqual([
        plain({ ...record('b', 'other', older, 'document'), revision: '' }),
      ]);
      expect(await peer.list('none')).toEqual([]);
      const revisions = (await port.list('totp')).map(({ name, revision }) => ({ name, revision }));
      expect((await peer.listRevisions('totp')).map(({ name, revision }) => ({ name, revision }))).toEqual(revisions);
      expect(await peer.listRevisions('none')).toEqual([]);
    }));

  test('kind and name cannot be cut differently into the same place', () =>
    withSubject(open, async ({ port }) => {
      expect(await port.replace(record('b c', 'one', older, 'a'), undefined)).toBe(true);
      expect(await port.replace(record('c', 'two', older, 'a b'), undefined)).toBe(true);
      expect(plain(await port.find('a', 'b c'))?.text).toBe('one');
    }));

  test('what is removed is gone, told once, and may be made anew', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.replace(record('a'), undefined);
      expect(await peer.remove('totp', 'a')).toBe(true);
      expect(await port.remove('totp', 'a')).toBe(false);
      expect(await port.find('totp', 'a')).toBeUndefined();
      expect(await port.replace(record('a', 'anew'), undefined)).toBe(true);
    }));

  test('each change raises the generation of its kind by one, and nothing else does', () =>
    withSubject(open, async ({ port, peer }) => {
      const first = await port.generation('totp');
      const document = await port.generation('document');
      await port.replace(record('a'), undefined);
      const seen = (await peer.find('totp', 'a'))?.revision;
      await peer.replace(record('a', 'changed'), seen);
      expect(await peer.generation('totp')).toBe(first + 2);
      await port.replace(record('a', 'too late'), seen);
      await port.remove('totp', 'none');
      await port.list('totp');
      await port.listUnderOtherKeys(newer, 10);
      expect(await peer.generation('totp')).toBe(first + 2);
      await port.remove('totp', 'a');
      expect(await peer.generation('totp')).toBe(first + 3);
      expect(await peer.generation('document')).toBe(document);
      expect(await peer.generations(['document', 'none', 'totp'])).toEqual([document, 0, first + 3]);
    }));

  test('after a rotation: those under other keys are found, of any kind, so many at a time', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.replace(record('a'), undefined);
      await port.replace(record('b', 'x', newer), undefined);
      await port.replace(record('c', 'x', older, 'document'), undefined);
      expect(names(await peer.listUnderOtherKeys(newer, 10)).sort()).toEqual(['document c', 'totp a']);
      expect(await peer.listUnderOtherKeys(newer, 1)).toHaveLength(1);
      expect(names(await peer.listUnderOtherKeys(older, 10))).toEqual(['totp b']);
      for (const { revision, ...old } of await peer.listUnderOtherKeys(newer, 10)) {
        expect(old).not.toHaveProperty('sealed');
        expect((await port.find(old.kind, old.name))?.revision).toBe(revision);
        expect(await port.replace({ ...old, keyId: newer, sealed: sealed('anew') }, revision)).toBe(true);
      }
      expect(await peer.listUnderOtherKeys(newer, 10)).toEqual([]);
    }));
}

function describeReplacing(open: OpenSubject<SealedRecords>): void {
  test('a change that was made from an older one is refused, and leaves what is there', () =>
    withSubject(open, async ({ port, peer }) => {
      await port.replace(record('a', 'first'), undefined);
      const seen = (await port.find('totp', 'a'))?.revision;
      expect(await peer.replace(record('a', 'second'), seen)).toBe(true);
      expect(await port.replace(record('a', 'third'), seen)).toBe(false);
      expect(await port.replace(record('a', 'anew'), undefined)).toBe(false);
      expect(await port.replace(record('never', 'x'), seen)).toBe(false);
      expect(plain(await port.find('totp', 'a'))?.text).toBe('second');
      expect(await port.find('totp', 'never')).toBeUndefined();
    }));

  test('the same octets written again are a new revision: nobody takes them for unchanged', () =>
    withSubject(open, async ({ port }) => {
      await port.replace(record('a'), undefined);
      const first = (await port.find('totp', 'a'))?.revision;
      expect(await port.replace(record('a'), first)).toBe(true);
      expect((await port.find('totp', 'a'))?.revision).not.toBe(first);
      expect(await port.replace(record('a', 'x'), first)).toBe(false);
    }));

  test('two who replace at once: exactly one does, fifty times, and the generation counts each once', () =>
    withSubject(open, async (subject) => {
      await subject.port.replace(record('a', 'start'), undefined);
      const first = await subject.port.generation('totp');
      for (let round = 0; round < 50; round += 1) {
        const seen = (await subject.peer.find('totp', 'a'))?.revision;
        const told = await race(subject, 2, (port, index) => port.replace(record('a', `${round} ${index}`), seen));
        expect(told.filter(Boolean)).toHaveLength(1);
        const winner = `${round} ${told.indexOf(true)}`;
        expect(plain(await subject.port.find('totp', 'a'))?.text).toBe(winner);
      }
      expect(await subject.port.generation('totp')).toBe(first + 50);
    }));

  test('of twenty who make one at once exactly one does', () =>
    withSubject(open, async (subject) => {
      const made = await race(subject, 20, (port, index) => port.replace(record('a', `${index}`), undefined));
      expect(made.filter(Boolean)).toHaveLength(1);
      expect(plain(await subject.port.find('totp', 'a'))?.text).toBe(`${made.indexOf(true)}`);
    }));

  test('re-encrypting while it is removed or changed: nothing that was removed comes back, no change is lost', () =>
    withSubject(open, async (subject) => {
      for (let round = 0; round < 20; round += 1) {
        await subject.port.replace(record('gone'), undefined);
        await subject.port.replace(record('kept'), undefined);
        const gone = await subject.port.find('totp', 'gone');
        const kept = await subject.port.find('totp', 'kept');
        const [, , , changed] = await Promise.all([
          subject.port.replace(record('gone', 'sealed', newer), gone?.revision),
          subject.peer.remove('totp', 'gone'),
          subject.port.replace(record('kept', 'sealed', newer), kept?.revision),
          subject.peer.replace(record('kept', 'changed'), kept?.revision),
        ]);
        expect(await subject.port.find('totp', 'gone')).toBeUndefined();
        expect(plain(await subject.peer.find('totp', 'kept'))?.text).toBe(changed ? 'changed' : 'sealed');
        await subject.port.remove('totp', 'kept');
      }
    }));
}
