import { expect, test } from '@jest/globals';
import { createFailover, type Endpoint } from './failover.ts';
import type { SourceNotice } from './report.ts';

/** Two places, of which the first can be taken away. */
function twoPlaces() {
  let time = 0;
  const asked: string[] = [];
  const shares: number[] = [];
  const notices: SourceNotice[] = [];
  const away = new Set<string>();
  const place = (name: string): Endpoint<string> => ({
    name,
    async ask(_, within) {
      asked.push(name);
      shares.push(within);
      if (!away.has(name)) return name;
      time += within;
      throw new Error('gone');
    },
  });
  const failover = createFailover([place('one'), place('two')], {
    name: 'hr',
    timeout: 1000,
    now: () => time,
    report: (notice) => void notices.push(notice),
  });
  return { failover, asked, shares, notices, away, pass: (milliseconds: number) => (time += milliseconds) };
}

test('the first answers as long as it does; one that failed is asked last for half a minute', async () => {
  const { failover, asked, shares, away, pass } = twoPlaces();
  expect(await failover.ask('x')).toBe('one');
  away.add('one');
  expect(await failover.ask('x')).toBe('two');
  expect(shares.splice(0)).toEqual([500, 500, 500]);
  asked.splice(0);
  away.delete('one');
  expect(await failover.ask('x')).toBe('two');
  pass(30_000);
  expect(await failover.ask('x')).toBe('one');
  expect(asked).toEqual(['two', 'one']);
});

test('that one went and came back is told once each', async () => {
  const { failover, away, notices, pass } = twoPlaces();
  away.add('one');
  await failover.ask('x');
  pass(30_000);
  await failover.ask('x');
  away.delete('one');
  pass(30_000);
  await failover.ask('x');
  expect(notices.map(({ level, fields }) => [level, fields])).toEqual([
    ['warn', { source: 'hr', place: 'one', reason: 'gone' }],
    ['info', { source: 'hr', place: 'one' }],
  ]);
});

test('when none answers, the reason of each is told; a check tells of those that are away while one answers', async () => {
  const { failover, away } = twoPlaces();
  away.add('two');
  expect(await failover.check('x')).toEqual(['two: gone']);
  away.add('one');
  const all = expect.objectContaining({ code: 'source-unavailable', detail: 'source hr: one: gone; two: gone' });
  await expect(failover.ask('x')).rejects.toEqual(
    expect.objectContaining({ code: 'source-unavailable', detail: expect.stringMatching(/one: gone.*|two: gone.*/) }),
  );
  await expect(failover.check('x')).rejects.toEqual(all);
});
