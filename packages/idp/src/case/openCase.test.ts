import { type ErrorCode, GakumonError } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import type { Case } from '../ports.ts';
import { openCase } from './openCase.ts';

/** Refuses whatever is recorded, and counts. */
function makeCases() {
  const recorded: Case[] = [];
  const record = async (entry: Case): Promise<void> => {
    recorded.push(entry);
    throw new GakumonError('store-unavailable');
  };
  return {
    recorded,
    idp: { clock: () => 1, cases: { record, listOfAttempt: async () => [], find: async () => undefined } },
  };
}

test.each<[ErrorCode, number]>([
  ['service-unknown', 1],
  ['internal', 1],
  ['store-unavailable', 0],
])('%s: recorded %i times; there is a reference for page and log in any case', async (code, times) => {
  const { recorded, idp } = makeCases();
  const opened = await openCase(idp, new GakumonError(code, { detail: 'why' }), { address: '192.0.2.1' });
  expect(recorded).toHaveLength(times);
  expect(opened).toMatchObject({ code, detail: 'why', at: 1, address: '192.0.2.1' });
  expect(opened.reference).toMatch(/^\w{4}-\w{2}$/);
});
