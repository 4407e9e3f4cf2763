import { setTimeout as pause } from 'node:timers/promises';
import { GakumonError } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { createReadiness } from './readiness.ts';

/** A store whose checks the test answers one by one. */
function makeStore() {
  const asked: PromiseWithResolvers<void>[] = [];
  const check = (): Promise<void> => {
    const answer = Promise.withResolvers<void>();
    asked.push(answer);
    return answer.promise;
  };
  return { check, asked };
}

const well = async (): Promise<void> => {};
const away = async (): Promise<void> => {
  throw new GakumonError('store-unavailable', { detail: 'refused' });
};

function makeReadiness(checks: Parameters<typeof createReadiness>[0], areSourcesUsable = () => true) {
  const notices: Notice[] = [];
  return { notices, readiness: createReadiness(checks, areSourcesUsable, (notice) => void notices.push(notice)) };
}

test.each([
  ['both are there', well, well, true, true],
  ['the records are away', away, well, false, true],
  ['the sessions are away', well, away, false, false],
  ['the sessions are in the records', well, undefined, true, true],
  ['the sessions are in records that are away', away, undefined, false, false],
])('%s', async (_what, records, sessions, everything, signOn) => {
  const { readiness } = makeReadiness({ records, sessions });
  expect([await readiness.everything(), await readiness.signOn()]).toEqual([everything, signOn]);
});

test('metadata that has expired is for the monitor; the balancer keeps sending people', async () => {
  let looks = 0;
  const expired = (): boolean => {
    looks += 1;
    return false;
  };
  const { readiness } = makeReadiness({ records: well, sessions: well }, expired);
  expect([await readiness.everything(), await readiness.signOn()]).toEqual([false, true]);
  await readiness.recheck();
  expect(looks).toBe(2);
});

test('attack: a flood of probes asks a store once', async () => {
  const store = makeStore();
  const { readiness } = makeReadiness({ records: store.check, sessions: undefined });
  const flood = Promise.all(Array.from({ length: 100 }, () => readiness.everything()));
  store.asked[0]?.resolve();
  expect(new Set(await flood)).toEqual(new Set([true]));
  expect(await readiness.signOn()).toBe(true);
  expect(store.asked).toHaveLength(1);
});

test('a store that says nothing makes the probe red, is not asked a second time meanwhile, and is told once', async () => {
  const store = makeStore();
  const { readiness, notices } = makeReadiness({ records: store.check, sessions: well });
  expect(await Promise.all([readiness.everything(), readiness.everything(), readiness.signOn()])).toEqual([
    false,
    false,
    true,
  ]);
  expect(await readiness.everything()).toBe(false);
  expect(store.asked).toHaveLength(1);
  expect(notices).toEqual([
    {
      level: 'error',
      message: 'a store is away',
      fields: { store: 'records', reason: 'store-unavailable: no answer within 1000 ms' },
    },
  ]);
  store.asked[0]?.resolve();
  expect(await readiness.everything()).toBe(true);
  expect(notices[1]).toEqual({ level: 'info', message: 'a store is well again', fields: { store: 'records' } });
});

test('a refused request tells once of the store that is away, and looks until it is well, though nobody asks', async () => {
  let isAway = true;
  let asked = 0;
  const check = async (): Promise<void> => {
    asked += 1;
    if (isAway) await away();
  };
  const { readiness, notices } = makeReadiness({ records: check, sessions: well });
  await readiness.recheck();
  expect(asked).toBe(0);
  for (let refused = 0; refused < 100; refused += 1) readiness.refused();
  while (notices.length === 0) await pause(1);
  isAway = false;
  while (notices.length === 1) {
    await readiness.recheck();
    await pause(10);
  }
  expect(notices.map(({ message }) => message)).toEqual(['a store is away', 'a store is well again']);
  const before = asked;
  await readiness.recheck();
  expect(asked).toBe(before);
});
