import { expect, test } from '@jest/globals';
import { conformPageStates } from '../conformance/pageStates.ts';
import { createMemoryPageStates } from './memoryPageStates.ts';

conformPageStates('memory', async () => {
  let now = 0;
  const states = createMemoryPageStates(() => now);
  return {
    port: states,
    peer: states,
    setNow: (to) => {
      now = to;
    },
    sweep: async () => 0,
    counts: false,
    close: async () => {},
  };
});

test('attack: endless states take no more memory than a few; the first ones go', async () => {
  const states = createMemoryPageStates(() => 0, 3);
  for (const id of ['a', 'b', 'c', 'a', 'd']) await states.save(id, id, 1);
  const found = await Promise.all(['a', 'b', 'c', 'd'].map((id) => states.find(id)));
  expect(found).toEqual(['a', undefined, 'c', 'd']);
});
