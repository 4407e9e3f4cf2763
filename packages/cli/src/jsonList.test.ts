import { describe, expect, test } from '@jest/globals';
import { printJsonList } from './jsonList.ts';

async function* each(items: readonly unknown[]): AsyncGenerator<unknown> {
  yield* items;
}

describe('a JSON list, an element at a time', () => {
  test.each([[[]], [[1]], [[{ a: ['x\ny'], b: {} }, [], { c: { d: null } }]]])('is as the whole: %j', async (items) => {
    const pieces: string[] = [];
    await printJsonList(each(items), async (text) => void pieces.push(text));
    expect(pieces.join('')).toBe(`${JSON.stringify(items, undefined, 2)}\n`);
  });
});
