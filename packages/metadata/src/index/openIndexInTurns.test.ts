import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { indexed } from '../fixtures/indexed.ts';
import { madeAggregate, unsigned } from '../fixtures/madeMetadata.ts';
import { openIndex, openIndexInTurns } from './openIndex.ts';

const made = (count: number) =>
  indexed(unsigned(madeAggregate(Array.from({ length: count }, (_, at) => `https://${at}.example.org/sp`))));
const damaged = expect.objectContaining({ code: 'metadata-damaged' });

describe('an index that is opened in turns', () => {
  test.each([1, 50, 51, 120])('says the same as one that is opened at once: %i entities', async (count) => {
    const { directory, index } = await made(count);
    const inTurns = await openIndexInTurns(directory);
    inTurns.close();
    expect(inTurns.index).toEqual(index);
    expect(index.entities.map(({ entityId }) => entityId)[count - 1]).toBe(`https://${count - 1}.example.org/sp`);
    expect(index.entities).toHaveLength(count);
  });

  test('is opened in one line, too, as it was written once', async () => {
    const { directory, index } = await made(120);
    const file = join(directory, 'index.json');
    const body = JSON.stringify(JSON.parse(readFileSync(file, 'utf8')).index);
    const sha256 = createHash('sha256').update(body).digest('hex');
    writeFileSync(file, `{"sha256":"${sha256}","index":${body}}\n`);
    const inTurns = await openIndexInTurns(directory);
    inTurns.close();
    expect(inTurns.index).toEqual(index);
  });

  test('is refused when it is damaged, or not there', async () => {
    const { directory } = await made(120);
    const file = join(directory, 'index.json');
    writeFileSync(file, readFileSync(file, 'utf8').replace('\n,', '\n '));
    expect(() => openIndex(directory)).toThrow(damaged);
    await expect(openIndexInTurns(directory)).rejects.toEqual(damaged);
    await expect(openIndexInTurns(join(directory, 'nowhere'))).rejects.toEqual(damaged);
  });
});
