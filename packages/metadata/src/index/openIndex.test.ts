import { readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { indexed } from '../fixtures/indexed.ts';
import { madeAggregate, unsigned } from '../fixtures/madeMetadata.ts';
import type { IndexedEntity } from './metadataIndex.ts';
import { openIndex } from './openIndex.ts';
import { validateIndex } from './validateIndex.ts';

const damaged = expect.objectContaining({ code: 'metadata-damaged' });
const ids = Array.from({ length: 20 }, (_, at) => `https://${at}.example.org/sp`);
const made = () => indexed(unsigned(madeAggregate(ids)));
const firstOf = ([first]: readonly IndexedEntity[]): IndexedEntity => {
  if (first === undefined) throw new TypeError('no entity');
  return first;
};

describe('an index on the disk', () => {
  test('opens again as often as anybody wants, and reads every entity', async () => {
    const { directory, index } = await made();
    const again = openIndex(directory);
    expect(again.index).toEqual(index);
    expect(again.index.entities.map((one) => again.read(one).element.attributes[0]?.value)).toEqual(ids);
    again.close();
  });

  test('keeps once what many entities have in common', async () => {
    const { index } = await made();
    expect(new Set(index.entities.map(({ categories }) => categories)).size).toBe(1);
    expect(index.contexts).toHaveLength(1);
  });

  test('of which an octet of an entity was changed gives out all the others, and not that one', async () => {
    const { directory, index, read } = await made();
    const entity = firstOf(index.entities);
    const path = join(directory, 'entities');
    const octets = readFileSync(path);
    octets[entity.offset + 50] = (octets[entity.offset + 50] ?? 0) ^ 1;
    writeFileSync(path, octets);
    expect(() => read(entity)).toThrow(damaged);
    expect(index.entities.slice(1).map((one) => read(one).element.localName)).toHaveLength(19);
  });

  test('whose octets were cut short is refused when it is opened, and when it was open', async () => {
    const { directory, index, read } = await made();
    truncateSync(join(directory, 'entities'), firstOf(index.entities).offset + 10);
    expect(() => read(firstOf(index.entities))).toThrow(damaged);
    expect(() => openIndex(directory)).toThrow(damaged);
  });

  test.each([
    ['cut short', (text: string) => text.slice(0, -5)],
    ['empty', () => ''],
    ['cut within its first line', (text: string) => text.slice(0, 40)],
    ['with another category', (text: string) => text.replace('"categories":[]', '"categories":["urn:evil"]')],
    ['with a flag turned', (text: string) => text.replace('"isServiceProvider":true', '"isServiceProvider":false')],
    ['with something behind it', (text: string) => `${text} `],
    ['that is something else', () => '{"version":1,"entities":[]}'],
  ])('%s is refused', async (_, change) => {
    const { directory } = await made();
    const path = join(directory, 'index.json');
    writeFileSync(path, change(readFileSync(path, 'utf8')));
    expect(() => openIndex(directory)).toThrow(damaged);
  });

  test.each(['index.json', 'entities'])('without %s is refused', async (name) => {
    const { directory } = await made();
    rmSync(join(directory, name));
    expect(() => openIndex(directory)).toThrow(damaged);
  });
});

describe('an index of another shape', () => {
  const changed = async (change: (index: Record<string, never>) => unknown) => {
    const { index } = await made();
    const copy = JSON.parse(JSON.stringify(index));
    change(copy);
    return () => validateIndex(copy, 1_000_000);
  };

  test('stays what it is when nothing was changed', async () => {
    expect(await changed(() => undefined)).not.toThrow();
  });

  test.each<[string, (index: { [key: string]: never } & { entities: never[] }) => unknown]>([
    ['of another version', (index) => Object.assign(index, { version: 2 })],
    ['without entities', (index) => Object.assign(index, { entities: undefined })],
    ['with an entity before the file', ({ entities }) => Object.assign(entities[0] ?? {}, { offset: -1 })],
    ['with an entity behind the file', ({ entities }) => Object.assign(entities[0] ?? {}, { offset: 999_999 })],
    ['with an endless entity', ({ entities }) => Object.assign(entities[0] ?? {}, { length: 2 ** 40 })],
    ['with an entity in no surroundings', ({ entities }) => Object.assign(entities[0] ?? {}, { context: 7 })],
    ['with an entity of no name', ({ entities }) => Object.assign(entities[0] ?? {}, { entityId: ' ' })],
    ['with names that are none', ({ entities }) => Object.assign(entities[0] ?? {}, { names: { ja: 1 } })],
    ['with a time that is none', ({ entities }) => Object.assign(entities[0] ?? {}, { validUntil: 'soon' })],
  ])('%s is refused', async (_, change) => {
    expect(await changed(change as never)).toThrow(damaged);
  });
});
