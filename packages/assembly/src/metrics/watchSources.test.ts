import { fixedClock } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import type { SourceStanding } from './sourceStanding.ts';
import { watchSources } from './watchSources.ts';

const sourceOf = (name: string, changes: Partial<SourceStanding>): SourceStanding => ({
  name,
  kind: 'url',
  serviceProviders: 1,
  entities: 1,
  acceptedAt: 0,
  checkedAt: 0,
  validUntil: undefined,
  problem: undefined,
  isHeld: false,
  ...changes,
});

test('a source that expires is told of once, by its name, and once when it is well again', () => {
  const clock = fixedClock('2026-11-22T12:00:00Z');
  const notices: Notice[] = [];
  let all = [sourceOf('federation', { validUntil: clock() + 1 }), sourceOf('hand', { kind: 'loaded' })];
  const watch = watchSources(
    () => all,
    clock,
    (notice) => notices.push(notice),
  );
  expect(watch.allUsable()).toBe(true);
  clock.advance(1);
  expect([watch.allUsable(), watch.allUsable()]).toEqual([false, false]);
  all = [sourceOf('federation', { validUntil: clock() + 1 })];
  expect(watch.allUsable()).toBe(true);
  expect(notices).toEqual([
    {
      level: 'error',
      message: 'a metadata source is unusable',
      fields: { source: 'federation', reason: 'expired at 2026-11-22T12:00:00.001Z' },
    },
    { level: 'info', message: 'a metadata source is usable again', fields: { source: 'federation' } },
  ]);
});

test('an address that was never fetched is no source yet; what an operator takes away is none any more', () => {
  let all = [sourceOf('federation', { serviceProviders: 0, acceptedAt: undefined })];
  const watch = watchSources(
    () => all,
    () => 0,
    () => undefined,
  );
  expect(watch.allUsable()).toBe(false);
  all = [];
  expect(watch.allUsable()).toBe(true);
});
