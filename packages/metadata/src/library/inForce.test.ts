import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { type FixedClock, fixedClock, temporaryFolder } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { madeAggregate, madeEntity, unsigned } from '../fixtures/madeMetadata.ts';
import { readFixture } from '../fixtures/readFixture.ts';
import type { SourceOrigin } from '../sources/source.ts';
import { answerOf, type RawServer, startRawServer } from '../sources/testing/rawServer.ts';
import { createMetadataLibrary, type MetadataLibrary } from './metadataLibrary.ts';
import { madeSource } from './testing/madeSource.ts';

const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
const sp = 'https://sp.example.org/sp';

let folder: string;
let clock: FixedClock;
const opened: MetadataLibrary[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  clock = fixedClock();
});
afterEach(async () => {
  for (const library of opened.splice(0)) await library.close();
});

/** A library over these, the most trusted first: documents, or servers that are asked for an entity at a time. */
async function libraryOf(sources: Record<string, Uint8Array | RawServer>): Promise<MetadataLibrary> {
  const made = Object.entries(sources).map(async ([name, what]) => {
    const path = join(folder, `${name}.xml`);
    if (what instanceof Uint8Array) await writeFile(path, what);
    const origin: SourceOrigin =
      what instanceof Uint8Array ? { kind: 'file', path } : { kind: 'mdq', url: new URL(what.url).origin };
    return madeSource(name, origin);
  });
  const cache = join(folder, 'cache');
  const library = createMetadataLibrary({ sources: await Promise.all(made), cache, ownEntityId, clock });
  opened.push(library);
  await library.refresh();
  return library;
}

const sourceOf = async (library: MetadataLibrary, entityId = sp) =>
  (await library.serviceProviders.find(entityId))?.source;

describe('who is in force', () => {
  test('is found by the exact entityID and by nothing that resembles it', async () => {
    const library = await libraryOf({ a: unsigned(madeEntity(sp)) });
    expect((await library.serviceProviders.find(sp))?.entityId).toBe(sp);
    for (const other of [`${sp}/`, sp.toUpperCase(), ` ${sp}`, '', 'constructor', '__proto__']) {
      expect(await library.serviceProviders.find(other)).toBeUndefined();
    }
  });

  test('of two in one document the first counts', async () => {
    const library = await libraryOf({ a: readFixture('attacks/two-entities-one-id/metadata.xml') });
    expect(await library.serviceProviders.find(sp)).toMatchObject({
      assertionConsumerServices: [{ location: 'https://sp.example.org/acs' }],
    });
    expect(library.warnings()).toMatchObject([{ source: 'a', entityId: sp }]);
  });

  test('attack: nobody takes our own name', async () => {
    const library = await libraryOf({ a: unsigned(madeEntity(ownEntityId)) });
    expect(await library.serviceProviders.find(ownEntityId)).toBeUndefined();
    expect(library.serviceProviders.list()).toEqual([]);
    expect(library.warnings()).toEqual([
      { source: 'a', entityId: ownEntityId, message: 'is our own entityID and is ignored' },
    ]);
  });

  test('is who the first source says, until that has expired: then the next one serves', async () => {
    const validUntil = clock() + 1000;
    const library = await libraryOf({
      first: unsigned(madeEntity(sp, { validUntil })),
      next: unsigned(madeEntity(sp)),
    });
    clock.advance(999);
    expect(await sourceOf(library)).toBe('first');
    clock.advance(1);
    expect(await sourceOf(library)).toBe('next');
    expect(library.serviceProviders.list().map(({ source }) => source)).toEqual(['next']);
    expect(library.listWords(sp).map(({ source }) => source)).toEqual(['first', 'next']);
  });

  test('federations that overlap by hundreds are told of in a few lines', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `https://sp${index}.example.org/sp`);
    const library = await libraryOf({ a: unsigned(madeAggregate(ids)), b: unsigned(madeAggregate(ids)) });
    const warnings = library.warnings();
    expect(warnings).toHaveLength(11);
    expect(warnings.at(-1)?.message).toBe('290 more are known from a, which counts');
    expect(library.serviceProviders.list()).toHaveLength(300);
  });

  test('what is read is kept, the last five hundred of it', async () => {
    const ids = Array.from({ length: 600 }, (_, index) => `https://sp${index}.example.org/sp`);
    const library = await libraryOf({ a: unsigned(madeAggregate(ids)) });
    const { find } = library.serviceProviders;
    const [first, last] = [await find(ids[0] ?? ''), await find(ids[599] ?? '')];
    for (const entityId of ids.slice(99, 598)) await find(entityId);
    expect(await find(ids[599] ?? '')).toBe(last);
    expect(await find(ids[0] ?? '')).not.toBe(first);
  });
});

describe('a source that is asked for an entity at a time', () => {
  const answer = (entityId: string) => answerOf(unsigned(madeEntity(entityId, { validUntil: clock() + 86_400_000 })));

  test('stands in its place: nobody asks it for what an earlier source tells', async () => {
    const server = await startRawServer(answer(sp));
    const other = 'https://other.example.org/sp';
    const library = await libraryOf({ file: unsigned(madeEntity(sp)), mdq: server });
    expect(await sourceOf(library)).toBe('file');
    expect(server.questions).toEqual([]);
    server.answer = answer(other);
    expect(await sourceOf(library, other)).toBe('mdq');
    expect(server.questions).toHaveLength(1);
    expect(library.serviceProviders.list().map(({ entityId }) => entityId)).toEqual([sp, other]);
    expect(library.sources()).toMatchObject([{ kind: 'file' }, { kind: 'mdq', serviceProviders: 1 }]);
  });

  test('in front counts before the next one, which serves while it is down', async () => {
    const server = await startRawServer(answer(sp));
    const library = await libraryOf({ mdq: server, file: unsigned(madeEntity(sp)) });
    expect(await sourceOf(library)).toBe('mdq');
    expect(library.serviceProviders.list().map(({ source }) => source)).toEqual(['mdq']);
    await server.stop();
    const later = await libraryOf({ down: server, file: unsigned(madeEntity(sp)) });
    expect(await sourceOf(later)).toBe('file');
    expect(later.sources()[0]?.problem).toBeDefined();
  });

  test('attack: nobody asks it for our own name', async () => {
    const server = await startRawServer(answer(ownEntityId));
    const library = await libraryOf({ mdq: server });
    expect(await library.serviceProviders.find(ownEntityId)).toBeUndefined();
    expect(server.questions).toEqual([]);
  });
});
