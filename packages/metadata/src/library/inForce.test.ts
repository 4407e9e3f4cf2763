import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { element, formatDateTime } from '@gakumon/saml';
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

  test('is who the first source says, until its whole document has expired: then the next one serves, with a warning', async () => {
    const validUntil = clock() + 1000;
    const library = await libraryOf({
      first: unsigned(madeEntity(sp, { validUntil })),
      next: unsigned(madeEntity(sp)),
    });
    clock.advance(999);
    expect(await sourceOf(library)).toBe('first');
    expect((await library.refresh()).warnings).toEqual([]);
    clock.advance(1);
    expect(await sourceOf(library)).toBe('next');
    expect(library.serviceProviders.list().map(({ source }) => source)).toEqual(['next']);
    expect(library.listWords(sp).map(({ source }) => source)).toEqual(['first', 'next']);
    expect((await library.refresh()).warnings).toMatchObject([
      { source: 'next', message: expect.stringContaining('a more trusted source, whose document expired at') },
    ]);
  });

  test('attack: what a source takes back by its end is not given by one that is trusted less', async () => {
    const aggregate = madeAggregate(['https://other.example.org/'], { validUntil: clock() + 9000 });
    const first = { ...aggregate, children: [...aggregate.children, madeEntity(sp, { validUntil: clock() + 1000 })] };
    const library = await libraryOf({ first: unsigned(first), next: unsigned(madeEntity(sp)) });
    expect(await sourceOf(library)).toBe('first');
    clock.advance(1000);
    expect(await library.serviceProviders.ask(sp)).toEqual({
      kind: 'unknown',
      why: 'first counts, where its end has come',
    });
    expect(library.serviceProviders.list().map(({ entityId }) => entityId)).toEqual(['https://other.example.org/']);
    clock.advance(8000);
    expect(await sourceOf(library)).toBe('next');
  });

  test('attack: a less trusted source does not speak for whom the first knows as no service provider', async () => {
    const aggregate = madeAggregate(['https://other.example.org/']);
    const children = [...aggregate.children, element('md:EntityDescriptor', { entityID: sp })];
    const library = await libraryOf({ first: unsigned({ ...aggregate, children }), next: unsigned(madeEntity(sp)) });
    expect(await library.serviceProviders.ask(sp)).toEqual({
      kind: 'unknown',
      why: 'first tells of it, and of no service provider that can be answered',
    });
    expect(library.serviceProviders.list().map(({ source }) => source)).toEqual(['first']);
    expect(library.warnings()).toMatchObject([
      { source: 'next', message: 'is known from first, as no service provider that can be answered, which counts' },
    ]);
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

  test('attack: in front, it is not silenced to let a source speak that is trusted less', async () => {
    const server = await startRawServer(answer(sp));
    const library = await libraryOf({ mdq: server, file: unsigned(madeEntity(sp)) });
    expect(await sourceOf(library)).toBe('mdq');
    expect(library.serviceProviders.list().map(({ source }) => source)).toEqual(['mdq']);
    await server.stop();
    const later = await libraryOf({ down: server, file: unsigned(madeEntity(sp)) });
    expect(await later.serviceProviders.ask(sp)).toEqual({ kind: 'undecided', why: expect.stringMatching(/^down: /) });
    expect(await sourceOf(later)).toBeUndefined();
    expect(later.sources()[0]?.problem).toBeDefined();
  });

  test('attack: a flood of made-up entityIDs does not push what is asked for to a source that is trusted less', async () => {
    const server = await startRawServer(answerOf('', {}, 404));
    const library = await libraryOf({ mdq: server, file: unsigned(madeEntity(sp)) });
    const flood = Array.from({ length: 60 }, (_, index) => `https://flood${index}.example.org/`);
    const answers = await Promise.all(flood.map((entityId) => library.serviceProviders.ask(entityId)));
    expect(answers.filter(({ kind }) => kind === 'undecided').length).toBeGreaterThan(40);
    server.answer = answer(sp);
    expect(await sourceOf(library)).toBe('mdq');
  });

  test('that knows nobody of a name lets the next one speak, also while it is down', async () => {
    const server = await startRawServer(answerOf('', {}, 404));
    const library = await libraryOf({ mdq: server, file: unsigned(madeEntity(sp)) });
    expect(await sourceOf(library)).toBe('file');
    await server.stop();
    clock.advance(3_600_000);
    expect(await sourceOf(library)).toBe('file');
    clock.advance(86_400_000);
    expect(await library.serviceProviders.ask(sp)).toMatchObject({ kind: 'undecided' });
  });

  test('attack: that tells of no service provider ends the question', async () => {
    const made = element('md:EntityDescriptor', { entityID: sp, validUntil: formatDateTime(clock() + 86_400_000) });
    const server = await startRawServer(answerOf(unsigned(made)));
    const library = await libraryOf({ mdq: server, file: unsigned(madeEntity(sp)) });
    expect(await library.serviceProviders.ask(sp)).toEqual({ kind: 'unknown', why: expect.stringMatching(/^mdq: /) });
  });

  test('attack: nobody asks it for our own name', async () => {
    const server = await startRawServer(answer(ownEntityId));
    const library = await libraryOf({ mdq: server });
    expect(await library.serviceProviders.find(ownEntityId)).toBeUndefined();
    expect(server.questions).toEqual([]);
  });
});
