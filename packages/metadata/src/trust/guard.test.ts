import { describe, expect, test } from '@jest/globals';
import { decideGuard, mostLately } from './guard.ts';

const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `https://sp${from + index}.example.org/sp`);
const guard = { mostLost: 0.1 };
const nobody = new Set<string>();
const day = 86_400_000;

describe('the guard', () => {
  test.each([
    [100, 90, 'pass'],
    [100, 89, 'hold'],
    [10, 9, 'pass'],
    [10, 8, 'hold'],
  ])('of %i entities %i remain: %s', (before, after, kind) => {
    expect(decideGuard({ before: ids(before), after: ids(after), used: nobody, guard })).toMatchObject({ kind });
  });

  test('attack: as many others in their place do not make up for those that went', () => {
    expect(decideGuard({ before: ids(100), after: ids(100, 50), used: nobody, guard })).toMatchObject({
      kind: 'hold',
      reason: expect.stringContaining('50 of 100 service providers are gone'),
    });
  });

  test('a small document changes as its author likes, but not away from those whom people use', () => {
    const [one, two] = ids(2);
    const question = { before: [one ?? '', two ?? ''], after: [two ?? ''], guard };
    expect(decideGuard({ ...question, used: nobody }).kind).toBe('pass');
    expect(decideGuard({ ...question, used: new Set([two ?? '']) }).kind).toBe('pass');
    expect(decideGuard({ ...question, used: new Set([one ?? '']) })).toEqual({
      kind: 'hold',
      reason: `1 of the 1 that people used here in the last 90 days are gone: ${one}`,
      lost: [one],
    });
  });

  test.each([
    [9, 1, 'hold'],
    [10, 1, 'pass'],
    [20, 2, 'pass'],
    [20, 3, 'hold'],
  ])('of %i in use %i are gone among thousands: %s', (inUse, lost, kind) => {
    const before = ids(1000);
    const question = { before, after: before.slice(lost), used: new Set(before.slice(0, inUse)), guard };
    expect(decideGuard(question).kind).toBe(kind);
  });

  test('who is lost is told, the used ones first, and what was never there is not lost', () => {
    const before = ids(20);
    const used = new Set([before[19] ?? '', 'https://elsewhere.example.org/sp']);
    const decision = decideGuard({ before, after: [], used, guard });
    expect(decision).toMatchObject({ kind: 'hold', reason: expect.stringMatching(/gone: \S+sp19.*, 15 more$/) });
    expect(decision.kind === 'hold' && decision.lost).toEqual([before[19], ...before.slice(0, 19)]);
  });

  test('attack: a source that shrinks in small steps is held when these are too many together', () => {
    const question = { before: ids(91), after: ids(89), used: nobody, guard };
    expect(decideGuard(question).kind).toBe('pass');
    expect(decideGuard({ ...question, most: 98 }).kind).toBe('pass');
    expect(decideGuard({ ...question, most: 100 })).toMatchObject({
      kind: 'hold',
      reason: expect.stringMatching(/^of the 100 service providers of the last weeks 89 are left: \S+sp89/),
    });
  });

  test('most of the last weeks are those that were there within 30 days, whatever the clock said', () => {
    const known = { count: 100, at: 0 };
    expect(mostLately(undefined, 90, 5)).toEqual({ count: 90, at: 5 });
    expect(mostLately(known, 90, 30 * day - 1)).toEqual(known);
    expect(mostLately(known, 90, 30 * day)).toEqual({ count: 90, at: 30 * day });
    expect(mostLately(known, 100, 5)).toEqual({ count: 100, at: 5 });
    expect(mostLately({ count: 100, at: 400 * day }, 90, 0)).toEqual({ count: 90, at: 0 });
  });

  test.each([
    [day, day - 1, 'hold'],
    [day, undefined, 'hold'],
    [day, day, 'pass'],
    [day, 2 * day, 'pass'],
    [undefined, day, 'pass'],
  ])(
    'attack: a document that is valid until %s is followed by one until %s, which was signed before it: %s',
    (before, after, kind) => {
      const question = { before: ids(3), after: ids(4), used: nobody, guard };
      const decision = decideGuard({ ...question, ends: { before, after } });
      expect(decision.kind).toBe(kind);
      if (decision.kind === 'hold')
        expect(decision).toMatchObject({
          lost: [],
          reason: expect.stringMatching(/^it is older than what is in force/),
        });
    },
  );

  test('where nothing is in force there is nothing to guard, and 1 turns it off', () => {
    expect(decideGuard({ before: [], after: [], used: new Set(ids(3)), guard }).kind).toBe('pass');
    const question = { before: ids(100), after: [], used: new Set(ids(100)), guard: { mostLost: 1 } };
    expect(decideGuard(question).kind).toBe('pass');
  });
});
