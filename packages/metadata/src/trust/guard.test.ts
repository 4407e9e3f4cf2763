import { describe, expect, test } from '@jest/globals';
import { decideGuard } from './guard.ts';

const ids = (count: number, from = 0): string[] =>
  Array.from({ length: count }, (_, index) => `https://sp${from + index}.example.org/sp`);
const guard = { mostLost: 0.1 };
const nobody = new Set<string>();

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
      reason: expect.stringContaining('50 of 100 entities are gone'),
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

  test('where nothing is in force there is nothing to guard, and 1 turns it off', () => {
    expect(decideGuard({ before: [], after: [], used: new Set(ids(3)), guard }).kind).toBe('pass');
    const question = { before: ids(100), after: [], used: new Set(ids(100)), guard: { mostLost: 1 } };
    expect(decideGuard(question).kind).toBe('pass');
  });
});
