import type { MetadataLibrary } from '@gakumon/metadata';
import { toEntityId } from '@gakumon/terms';
import { fixedClock } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import { whyUnknown } from './whyUnknown.ts';

const entityId = toEntityId('https://sp.example.org/');
const clock = fixedClock('2026-11-22T12:00:00Z');

type Library = Parameters<typeof whyUnknown>[0];
const libraryOf = (changes: Partial<Library>): Library => ({
  listWords: () => [],
  sources: () => [],
  warnings: () => [],
  ...changes,
});
const told = (changes: Partial<Library>): string | undefined => whyUnknown(libraryOf(changes), clock)(entityId);

/** As far as this asks. */
const source = (name: string, changes: object) =>
  [{ name, serviceProviders: 0, held: [], ...changes }] as unknown as ReturnType<MetadataLibrary['sources']>;

test('what nobody tells of needs no reason', () => {
  expect(told({})).toBeUndefined();
});

test('what expired is told with its source and time', () => {
  const word = { entityId, source: 'federation', names: {}, categories: [], registrationAuthority: undefined };
  expect(told({ listWords: () => [{ ...word, validUntil: clock() }] })).toBe(
    'what federation tells of it expired at 2026-11-22T12:00:00.000Z',
  );
  expect(told({ listWords: () => [{ ...word, validUntil: clock() + 1 }] })).toBeUndefined();
});

test('what was passed over or could not be read is told by its own warnings alone', () => {
  const warnings = () => [
    { source: 'federation', entityId, message: 'has no AssertionConsumerService' },
    { source: 'federation', entityId: toEntityId('https://other.example.org/'), message: 'is odd' },
  ];
  expect(told({ warnings })).toBe('federation: has no AssertionConsumerService');
});

test('a source that never came may be the reason', () => {
  expect(told({ sources: () => source('federation', { problem: 'no answer' }) })).toBe(
    'the source federation is unusable: no answer',
  );
});

test('attack: a reason without end does not fill the log', () => {
  const warnings = () => [{ source: 'federation', entityId, message: 'x'.repeat(100_000) }];
  expect(told({ warnings })).toHaveLength(601);
});

test('attack: a flood of unknown Issuers does not look through all warnings for each', () => {
  const later = fixedClock('2026-11-22T12:00:00Z');
  let looks = 0;
  const warnings = () => {
    looks += 1;
    return [{ source: 'federation', entityId, message: `is odd ${looks}` }];
  };
  const why = whyUnknown(libraryOf({ warnings }), later);
  for (let times = 0; times < 1000; times += 1) why(`https://flood.example/${times}`);
  expect([why(entityId), looks]).toEqual(['federation: is odd 1', 1]);
  later.advance(1000);
  expect(why(entityId)).toBe('federation: is odd 2');
});
