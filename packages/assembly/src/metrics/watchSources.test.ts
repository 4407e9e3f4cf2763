import { fixedClock } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { standingOf } from './sourceStanding.ts';
import { watchSources } from './watchSources.ts';

const sourceOf = (name: string, validUntil?: number) =>
  standingOf({ name, serviceProviders: 1, acceptedAt: 0, validUntil });

test('a source that expires is told of once, by its name, and once when it is well again', () => {
  const clock = fixedClock('2026-11-22T12:00:00Z');
  const notices: Notice[] = [];
  let all = [sourceOf('federation', clock() + 1), sourceOf('hand')];
  const watch = watchSources(
    () => all,
    clock,
    (notice) => notices.push(notice),
  );
  expect(watch.allUsable()).toBe(true);
  clock.advance(1);
  expect([watch.allUsable(), watch.allUsable()]).toEqual([false, false]);
  all = [sourceOf('federation', clock() + 1)];
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
  let all = [standingOf({ name: 'federation', kind: 'url', serviceProviders: 0 })];
  const watch = watchSources(
    () => all,
    () => 0,
    () => undefined,
  );
  expect(watch.allUsable()).toBe(false);
  all = [];
  expect(watch.allUsable()).toBe(true);
});
