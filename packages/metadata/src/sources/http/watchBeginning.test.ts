import { GakumonError } from '@gakumon/terms';
import { expect, test } from '@jest/globals';
import { watchBeginning } from './watchBeginning.ts';

const refuse = (detail: string) => new GakumonError('metadata-fetch', { detail });

async function letThrough(text: string): Promise<string> {
  async function* pieces() {
    yield Buffer.from(text);
  }
  const passed: Uint8Array[] = [];
  for await (const piece of watchBeginning(pieces(), refuse)) passed.push(piece);
  return Buffer.concat(passed).toString();
}

test('a row of empty comments, that a server keeps the process busy with, is looked at once', async () => {
  const text = `${'<!---->'.repeat(70)}<md:EntityDescriptor/>`;
  expect(await letThrough(text)).toBe(text);
});

test('a page is found behind several comments', async () => {
  await expect(letThrough('<!-- a --> <!---->\n<!-- b - c -- d --><HTML>')).rejects.toMatchObject({
    code: 'metadata-fetch',
  });
});
