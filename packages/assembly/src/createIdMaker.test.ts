import { expect, test } from '@jest/globals';
import { createIdMaker } from './createIdMaker.ts';

test('every id is an xs:ID of 128 bits, and none comes twice', () => {
  const [newId, other] = [createIdMaker(), createIdMaker()];
  const ids = Array.from({ length: 1000 }, (_, index) => (index % 3 === 0 ? other() : newId()));
  for (const id of ids) expect(id).toMatch(/^_[0-9a-f]{32}$/);
  expect(new Set(ids).size).toBe(1000);
  expect(new Set(ids.flatMap((id) => [id.slice(1, 17), id.slice(17)])).size).toBe(2000);
});
