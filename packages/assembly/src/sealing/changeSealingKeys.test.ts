import { randomBytes } from 'node:crypto';
import { attemptLifetime } from '@gakumon/idp';
import { hours } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { addSealingKey, retireSealingKey, useSealingKey } from './changeSealingKeys.ts';
import { newSealingKey, parseSealingKeys, type SealingKeyEntry } from './sealingKeyFile.ts';

const at = Date.UTC(2026, 6, 1, 9);
const key = (): SealingKeyEntry => newSealingKey(randomBytes(32), at);
const ids = (entries: readonly SealingKeyEntry[]): string[] => entries.map(({ id }) => id);
const [a, b, c] = [key(), key(), key()];
const unneeded = { records: 0, unchangedSince: at, sessionLifetime: hours(8), now: at + hours(24) };

describe('a new sealing key', () => {
  test('is added at the end, where it opens and seals nothing', () => {
    expect(ids(addSealingKey([a, b], c))).toEqual([a.id, b.id, c.id]);
  });
  test('cannot be added twice', () => {
    expect(() => addSealingKey([a, b], b)).toThrow(expect.objectContaining({ code: 'key-invalid' }));
  });
});

describe('using a key', () => {
  test('moves it to the front, and the dates say since when', () => {
    const used = useSealingKey([a, b, c], c.id, at + 1);
    expect(ids(used)).toEqual([c.id, a.id, b.id]);
    expect(used).toMatchObject([{ used: at + 1 }, { replaced: at + 1 }, {}]);
    expect(used[2]?.replaced).toBeUndefined();
  });
  test('that seals already changes nothing, not even its dates', () => {
    const before = useSealingKey([a, b], b.id, at + 1);
    expect(useSealingKey(before, b.id, at + 2)).toEqual(before);
  });
  test('that was replaced once makes it one that is not', () => {
    const back = useSealingKey(useSealingKey([a, b], b.id, at + 1), a.id, at + 2);
    expect(back).toMatchObject([
      { id: a.id, used: at + 2, replaced: undefined },
      { id: b.id, replaced: at + 2 },
    ]);
  });
  test('that is not there is wrong usage, and says which there are', () => {
    expect(() => useSealingKey([a], 'ffffffff', at)).toThrow(
      expect.objectContaining({ code: 'usage-wrong', detail: expect.stringContaining(a.id) }),
    );
  });
});

describe('retiring a key', () => {
  const rotated = useSealingKey([a, b], b.id, at);
  const wait = hours(8) + attemptLifetime;

  test('takes it away once no login page and no session of its time can be open', () => {
    expect(ids(retireSealingKey(rotated, a.id, { ...unneeded, now: at + wait }))).toEqual([b.id]);
    expect(() => retireSealingKey(rotated, a.id, { ...unneeded, now: at + wait - 1 })).toThrow(
      expect.objectContaining({ code: 'key-in-use', detail: expect.stringContaining('2026-07-01T18:00:00.000Z') }),
    );
  });
  test('is refused while secrets in the records are under it', () => {
    expect(() => retireSealingKey(rotated, a.id, { ...unneeded, records: 3 })).toThrow(
      expect.objectContaining({ code: 'key-in-use', hint: expect.stringContaining('reseal') }),
    );
  });
  test('is done all the same when it is forced', () => {
    expect(ids(retireSealingKey(rotated, a.id, undefined))).toEqual([b.id]);
  });
  test('writes down that it is gone for good, and so did those before it', () => {
    const [first] = retireSealingKey(useSealingKey([b, a, c], c.id, at), a.id, undefined);
    const both = retireSealingKey(useSealingKey([first as SealingKeyEntry, b], b.id, at + 1), c.id, undefined);
    expect(both).toMatchObject([{ id: b.id, retired: [c.id, a.id] }]);
  });
  test('that seals is refused even then: somebody would have to seal', () => {
    expect(() => retireSealingKey(rotated, b.id, undefined)).toThrow(expect.objectContaining({ code: 'key-in-use' }));
  });
  test('that was moved by hand goes by how long the file has been as it is', () => {
    const [plain, other] = [a, b].flatMap(({ text }) => parseSealingKeys(text, 'the file'));
    if (plain === undefined || other === undefined) throw new Error('no keys');
    const retire = (now: number) =>
      retireSealingKey([plain, other], other.id, { ...unneeded, unchangedSince: at, now });
    expect(() => retire(at + wait - 1)).toThrow(expect.objectContaining({ code: 'key-in-use' }));
    expect(ids(retire(at + wait))).toEqual([plain.id]);
  });
});
