import { expect, test } from '@jest/globals';
import { reportFormerMetadata } from './library.ts';
import type { Notice } from './notice.ts';

test('metadata of an earlier version is told of by its names, and nothing is said when there is none', async () => {
  const notices: Notice[] = [];
  const report = (notice: Notice): void => void notices.push(notice);
  await reportFormerMetadata({ listFormerMetadata: async () => [] }, report);
  expect(notices).toEqual([]);
  await reportFormerMetadata({ listFormerMetadata: async () => ['a', 'b'] }, report);
  expect(notices).toEqual([
    {
      level: 'warn',
      message: 'metadata is not in force',
      fields: { sources: 'a, b', reason: expect.stringContaining('gakumon metadata load') },
    },
  ]);
});
