import { randomUUID } from 'node:crypto';
import type { History, HistoryEvent } from '@gakumon/idp';
import { GakumonError, type Username } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { Notice } from '../notice.ts';
import { createHistoryQueue } from './historyQueue.ts';

const happened = (at = 0): HistoryEvent => ({
  id: randomUUID(),
  at,
  kind: 'sign-on',
  username: 's1234567' as Username,
  actor: 'person',
  serviceProvider: 'https://sp.example.org',
  session: undefined,
  address: '192.0.2.1',
  detail: undefined,
});

/** Records that know each event by its id, as the port says, and fail when they are told to. */
function makeHistory() {
  const written = new Map<string, HistoryEvent>();
  const batches: number[] = [];
  const history: History & { trouble: 'none' | 'away' | 'silent' | 'answer lost' } = {
    trouble: 'none',
    async append(events) {
      if (history.trouble === 'silent') await new Promise(() => {});
      if (history.trouble === 'away') throw new GakumonError('store-unavailable', { detail: 'db: refused' });
      batches.push(events.length);
      for (const event of events) written.set(event.id, event);
      if (history.trouble === 'answer lost') throw new GakumonError('store-unavailable', { detail: 'db: no answer' });
    },
    listOfPerson: async () => [...written.values()],
  };
  return { history, written, batches };
}

function makeQueue(capacity = 5, batch = 2) {
  const records = makeHistory();
  const notices: Notice[] = [];
  const queue = createHistoryQueue(records.history, { capacity, batch, report: (notice) => void notices.push(notice) });
  return { ...records, queue, notices };
}

test('what waits is written in batches, in the order in which it happened', async () => {
  const { queue, written, batches, notices } = makeQueue();
  const events = [happened(), happened(), happened()];
  for (const event of events) queue.append(event);
  expect(written.size).toBe(0);
  await queue.flush();
  expect([...written.values()]).toEqual(events);
  expect(batches).toEqual([2, 1]);
  await queue.flush();
  expect(batches).toEqual([2, 1]);
  expect(notices).toEqual([]);
});

test('while the records are away it waits, and tells that once; when they are back, all of it is written', async () => {
  const { queue, history, written, notices } = makeQueue();
  history.trouble = 'away';
  for (let round = 0; round < 3; round += 1) {
    queue.append(happened());
    await queue.flush();
  }
  expect(notices).toEqual([
    {
      level: 'error',
      message: 'history cannot be written; it waits',
      fields: { waiting: 1, reason: 'store-unavailable: db: refused' },
    },
  ]);
  history.trouble = 'none';
  await queue.flush();
  expect(written.size).toBe(3);
  expect(notices[1]).toEqual({ level: 'info', message: 'history is written again', fields: { lost: 0 } });
  history.trouble = 'away';
  queue.append(happened());
  await queue.flush();
  expect(notices).toHaveLength(3);
});

test('law 10: a full queue loses the newest, tells since when, and how many when it is over', async () => {
  const { queue, history, written, notices } = makeQueue(2);
  history.trouble = 'away';
  const [first, second, third, fourth] = [happened(1), happened(2), happened(3_000), happened(4)];
  for (const event of [first, second, third, fourth]) queue.append(event as HistoryEvent);
  await queue.flush();
  history.trouble = 'none';
  await queue.flush();
  expect([...written.values()]).toEqual([first, second]);
  expect(notices.map(({ message, fields }) => [message, fields?.lost ?? fields?.since])).toEqual([
    ['history queue is full; newer events are lost', '1970-01-01T00:00:03.000Z'],
    ['history cannot be written; it waits', undefined],
    ['history is written again', 2],
  ]);
  queue.append(happened());
  await queue.flush();
  expect(written.size).toBe(3);
});

test('a write whose answer was lost is made again, and nothing is there twice', async () => {
  const { queue, history, written, batches } = makeQueue();
  history.trouble = 'answer lost';
  queue.append(happened());
  await queue.flush();
  history.trouble = 'none';
  await queue.flush();
  expect([written.size, batches]).toEqual([1, [1, 1]]);
});

test('a slow write holds no second one up behind it: there is one at a time', async () => {
  const { queue, history } = makeQueue();
  history.trouble = 'silent';
  queue.append(happened());
  const flushing = queue.flush();
  expect(queue.flush()).toBe(flushing);
});

test('at the end everything is written that came until then', async () => {
  const { queue, written, notices } = makeQueue();
  queue.append(happened());
  const flushing = queue.flush();
  queue.append(happened());
  await queue.close(60_000);
  await flushing;
  expect([written.size, notices]).toEqual([2, []]);
});

test('at the end it does not wait for ever for records that say nothing, and tells what was lost', async () => {
  const { queue, history, notices } = makeQueue(2);
  history.trouble = 'silent';
  for (let count = 0; count < 3; count += 1) queue.append(happened());
  await queue.close(1);
  expect(notices.at(-1)).toEqual({ level: 'error', message: 'history was lost at the end', fields: { lost: 3 } });
});

test('a reader sees what just happened, and does not wait for records that are silent', async () => {
  const { queue, history, written } = makeQueue();
  queue.append(happened());
  await queue.settle(10_000);
  expect(written.size).toBe(1);
  history.trouble = 'silent';
  queue.append(happened());
  await queue.settle(10);
  expect(written.size).toBe(1);
});
