import type { HistoryEvent } from '@gakumon/idp';
import type { ServiceProviderUse } from '@gakumon/metadata';
import { GakumonError, hours } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { createUseQueue, notingUses } from './useQueue.ts';

const signOn = (name: string | undefined, at = 0) => ({ kind: 'sign-on', serviceProvider: name, at }) as const;

function makeQueue(capacity = 100, batch = 10) {
  const batches: (readonly ServiceProviderUse[])[] = [];
  const records = { isAway: false, during: () => {} };
  const queue = createUseQueue(
    {
      async note(uses) {
        if (records.isAway) throw new GakumonError('store-unavailable', { detail: 'db: refused' });
        batches.push(uses);
        records.during();
      },
      listSince: async () => [],
    },
    { capacity, batch },
  );
  return { queue, batches, records };
}

test('a service provider is written once an hour, however many people log in to it', async () => {
  const { queue, batches } = makeQueue();
  for (const at of [0, 1, 2]) queue.note(signOn('a', at));
  await queue.flush();
  for (const at of [3, hours(1) + 1, hours(1) + 2]) {
    queue.note(signOn('a', at));
    await queue.flush();
  }
  await queue.flush();
  expect(batches).toEqual([[{ entityId: 'a', at: 2 }], [{ entityId: 'a', at: hours(1) + 2 }]]);
});

test('only log-ins to a service provider are noted', async () => {
  const { queue, batches } = makeQueue();
  queue.note(signOn(undefined));
  queue.note({ kind: 'session-ended', serviceProvider: 'a', at: 0 });
  await queue.flush();
  expect(batches).toEqual([]);
});

test('while the records are away it waits, and rejects so that it is told; then all of it is written, in batches', async () => {
  const { queue, batches, records } = makeQueue(100, 2);
  records.isAway = true;
  for (const name of ['a', 'b', 'c']) queue.note(signOn(name));
  await expect(queue.flush()).rejects.toMatchObject({ code: 'store-unavailable' });
  queue.note(signOn('a', 5));
  records.isAway = false;
  await queue.flush();
  expect(batches).toEqual([
    [
      { entityId: 'a', at: 5 },
      { entityId: 'b', at: 0 },
    ],
    [{ entityId: 'c', at: 0 }],
  ]);
});

test('a use that comes while it is written is of the same hour, and is not written again', async () => {
  const { queue, batches, records } = makeQueue();
  records.during = () => queue.note(signOn('a', 7));
  queue.note(signOn('a'));
  await queue.flush();
  await queue.flush();
  expect(batches).toEqual([[{ entityId: 'a', at: 0 }]]);
});

test('attack: more service providers than anybody has take no more memory, and are at worst written again', async () => {
  const { queue, batches, records } = makeQueue(10, 100);
  records.isAway = true;
  for (let index = 0; index < 1000; index += 1) queue.note(signOn(`sp${index}`));
  records.isAway = false;
  await queue.flush();
  expect(batches.map(({ length }) => length)).toEqual([10]);
  for (let index = 1000; index < 1010; index += 1) queue.note(signOn(`sp${index}`));
  await queue.flush();
  queue.note(signOn('sp0'));
  queue.note(signOn('sp1009'));
  await queue.flush();
  expect(batches.at(-1)).toEqual([{ entityId: 'sp0', at: 0 }]);
});

test('what signs people on writes into the history and the uses alike', async () => {
  const { queue, batches } = makeQueue();
  const events: HistoryEvent[] = [];
  const history = notingUses({ append: (event) => void events.push(event) }, queue);
  const event = { ...signOn('a', 4), username: 's1234567' } as HistoryEvent;
  history.append(event);
  await queue.flush();
  expect([events, batches]).toEqual([[event], [[{ entityId: 'a', at: 4 }]]]);
});
