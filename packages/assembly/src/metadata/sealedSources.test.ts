import { createHash, randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import { type LoadedDocument, type MetadataSource, noFilter, type SourceRecords } from '@gakumon/metadata';
import { openRecordsExchange, openStores, type SealedRecords, type Stores } from '@gakumon/stores';
import { hours } from '@gakumon/terms';
import { describeWith, postgresPrograms, privatePostgres, temporaryFolder } from '@gakumon/testkit';
import { afterEach, describe, expect, test } from '@jest/globals';
import { resealRecords } from '../sealing/resealRecords.ts';
import { pieceOctets } from './cutIntoPieces.ts';
import { pieceKind } from './documentPieces.ts';
import { openMetadataRecords } from './metadataRecords.ts';

const [secret, other] = [randomBytes(32), randomBytes(32)];
const keys = makeSealingKeys([secret]);
const strangers = makeSealingKeys([other]);
const asItIs = { filter: noFilter, mayAssert: ['categories', 'scopes'] } as const;

const source: MetadataSource = {
  name: 'gakunin',
  origin: { kind: 'url', url: 'https://metadata.example.ac.jp/all.xml' },
  signers: [{ pem: '-----BEGIN CERTIFICATE-----\n…' }],
  unsigned: false,
  allowSha1: false,
  maxValidity: hours(24 * 15),
  filter: { ...noFilter, roles: ['sp'], exceptEntityIds: ['https://bad.example'] },
  mayAssert: ['categories'],
  refresh: hours(1),
  guard: { mostLost: 0.1 },
};

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function openAt(records: Parameters<typeof openStores>[0]['records']): Promise<Stores> {
  const stores = await openStores({ records, sessions: { kind: 'records' }, clock: Date.now, patienceMs: 30_000 });
  open.push(() => stores.close());
  return stores;
}
const sqlite = async () => openAt({ kind: 'sqlite', file: join(await temporaryFolder(), 'gakumon.db') });
const memory = () => openAt({ kind: 'memory' });
const sourcesOver = (sealed: SealedRecords, ring = keys): SourceRecords => openMetadataRecords(sealed, ring).sources;

async function* chunked(octets: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array, undefined> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size);
}
const save = (records: SourceRecords, name: string, octets: Uint8Array, loadedAt = 7) =>
  records.save(name, loadedAt, { document: chunked(octets), ...asItIs });

async function documentOf(records: SourceRecords, name: string): Promise<LoadedDocument> {
  const content = (await records.find(name))?.content;
  if (content?.kind !== 'document') throw new Error(`${name} is no document`);
  return content;
}
async function octetsOf(records: SourceRecords, name: string): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of records.readDocument(name, await documentOf(records, name))) chunks.push(chunk);
  return Buffer.concat(chunks);
}
const textOf = async (records: SourceRecords, name: string) => (await octetsOf(records, name)).toString();
const sha256 = (octets: Uint8Array) => createHash('sha256').update(octets).digest('hex');
const pieces = async (sealed: SealedRecords) => (await sealed.listRevisions(pieceKind)).length;

describe('documents and sources in the records', () => {
  test('a document comes back as it was, in pieces, with what it counts for', async () => {
    const records = sourcesOver((await sqlite()).sealed);
    const octets = randomBytes(2 * pieceOctets + 5);
    const filter = { ...noFilter, categories: ['https://example.org/category'] };
    await records.save('a', 7, { document: chunked(octets, 999_999), filter, mayAssert: ['scopes'] });
    expect(await records.find('a')).toEqual({
      name: 'a',
      loadedAt: 7,
      content: {
        kind: 'document',
        sha256: sha256(octets),
        size: octets.length,
        pieces: 3,
        filter,
        mayAssert: ['scopes'],
      },
    });
    expect(Buffer.compare(await octetsOf(records, 'a'), octets)).toBe(0);
  });

  test('the definition of a source comes back as it was', async () => {
    const records = sourcesOver((await sqlite()).sealed);
    for (const saved of [source, { ...source, maxValidity: undefined, signers: [], unsigned: true }]) {
      await records.save('gakunin', 8, { source: saved });
      expect(await records.find('gakunin')).toEqual({
        name: 'gakunin',
        loadedAt: 8,
        content: { kind: 'source', source: saved },
      });
    }
    await expect(records.save('other', 8, { source })).rejects.toMatchObject({ code: 'internal' });
    const onlyHere: MetadataSource = { ...source, origin: { kind: 'file', path: '/etc/metadata.xml' } };
    await expect(records.save('gakunin', 8, { source: onlyHere })).rejects.toMatchObject({ code: 'internal' });
  });

  test('the same name replaces, leaves no piece behind, and each change is seen', async () => {
    const { sealed } = await sqlite();
    const records = sourcesOver(sealed);
    const generations = [await records.generation()];
    for (const change of [
      () => save(records, 'b', Buffer.from('\u0000学門\r\n')),
      () => save(records, 'a', randomBytes(3 * pieceOctets)),
      () => save(records, 'a', Buffer.from('new'), 8),
      () => records.save('gakunin', 9, { source }),
    ]) {
      await change();
      generations.push(await records.generation());
    }
    expect((await records.list()).map(({ name }) => name)).toEqual(['a', 'b', 'gakunin']);
    expect([await textOf(records, 'a'), await textOf(records, 'b'), await pieces(sealed)]).toEqual([
      'new',
      '\u0000学門\r\n',
      2,
    ]);
    expect(await records.find('c')).toBeUndefined();
    expect([await records.remove('a'), await records.remove('a'), await pieces(sealed)]).toEqual([true, false, 1]);
    generations.push(await records.generation());
    expect(new Set(generations).size).toBe(generations.length);
  });

  test('ten who load one name at once are all told the truth: one of them counts, whole', async () => {
    const { sealed } = await sqlite();
    const records = sourcesOver(sealed);
    const documents = Array.from({ length: 10 }, (_, at) => Buffer.alloc(pieceOctets + at, `${at}`));
    await Promise.all(documents.map((octets) => save(records, 'a', octets)));
    const found = await octetsOf(records, 'a');
    expect(documents.filter((octets) => octets.equals(found))).toHaveLength(1);
    expect([await sealed.generation('metadata'), await pieces(sealed)]).toEqual([10, 2]);
  });

  test('a document that breaks off, or cannot be written, leaves the old one in force and nothing behind', async () => {
    const { sealed } = await sqlite();
    await save(sourcesOver(sealed), 'a', Buffer.from('old'));
    async function* breaking() {
      yield randomBytes(2 * pieceOctets);
      throw new Error('the pipe broke');
    }
    const saving = sourcesOver(sealed).save('a', 8, { document: breaking(), ...asItIs });
    await expect(saving).rejects.toThrow('the pipe broke');
    let writes = 0;
    const full: SealedRecords = {
      ...sealed,
      async replace(record, seen) {
        writes += 1;
        if (writes === 2) throw new Error('disk full');
        return sealed.replace(record, seen);
      },
    };
    await expect(save(sourcesOver(full), 'a', randomBytes(3 * pieceOctets))).rejects.toThrow('disk full');
    expect([await textOf(sourcesOver(sealed), 'a'), await pieces(sealed)]).toEqual(['old', 1]);
  });

  test('a document that is replaced while it is read throws, and says so', async () => {
    const records = sourcesOver((await sqlite()).sealed);
    await save(records, 'a', randomBytes(2 * pieceOctets));
    const document = await documentOf(records, 'a');
    const reading = records.readDocument('a', document)[Symbol.asyncIterator]();
    await reading.next();
    await save(records, 'a', Buffer.from('new'));
    await expect(reading.next()).rejects.toMatchObject({
      code: 'store-unavailable',
      detail: expect.stringContaining('replaced'),
    });
    await expect(records.readDocument('a', document)[Symbol.asyncIterator]().next()).rejects.toMatchObject({
      code: 'store-unavailable',
    });
  });

  test('what an earlier release loaded is read, believed as it was, and replaced', async () => {
    const { sealed } = await sqlite();
    const octets = Buffer.from('<EntityDescriptor/>'.repeat(99_999));
    const head = `${JSON.stringify({ version: 1, loadedAt: 5 })}\n`;
    const former = Buffer.concat([Buffer.from(head), deflateSync(octets)]);
    await sealed.replace(sealAtRest(keys, 'metadata', 'a', former), undefined);
    const records = sourcesOver(sealed);
    expect(await records.find('a')).toEqual({
      name: 'a',
      loadedAt: 5,
      content: { kind: 'document', sha256: sha256(octets), size: octets.length, pieces: 1, ...asItIs },
    });
    expect(Buffer.compare(await octetsOf(records, 'a'), octets)).toBe(0);
    await save(records, 'a', Buffer.from('new'));
    expect(await textOf(records, 'a')).toBe('new');
  });
});

describe('when the sealing keys change', () => {
  test('a hundred pieces come under the new key, while they are read, and nothing goes out of force', async () => {
    const { sealed } = await sqlite();
    const octets = Buffer.alloc(100 * pieceOctets, '学門 and metadata');
    await save(sourcesOver(sealed), 'a', octets);
    const ring = makeSealingKeys([other, secret]);
    const reading = octetsOf(sourcesOver(sealed, ring), 'a');
    let resealed = 0;
    for (let isDone = false; !isDone; ) {
      const batch = await resealRecords(sealed, ring, { limit: 30 });
      resealed += batch.resealed;
      isDone = batch.isDone;
    }
    expect(resealed).toBe(101);
    expect(Buffer.compare(await reading, octets)).toBe(0);
    expect(Buffer.compare(await octetsOf(sourcesOver(sealed, strangers), 'a'), octets)).toBe(0);
  });

  test('a key that came makes what was sealed under it known: the generation is another one', async () => {
    const { sealed } = await memory();
    await save(sourcesOver(sealed, strangers), 'a', Buffer.from('x'));
    const ring = { ...keys };
    const records = sourcesOver(sealed, ring);
    await expect(records.find('a')).rejects.toMatchObject({ code: 'secret-unopenable' });
    const before = await records.generation();
    ring.all = makeSealingKeys([secret, other]).all;
    expect(await records.generation()).not.toBe(before);
    expect(await textOf(records, 'a')).toBe('x');
  });
});

describe('attack: a thief who writes into the database', () => {
  async function loaded() {
    const { sealed } = await memory();
    const records = sourcesOver(sealed);
    const octets = randomBytes(3 * pieceOctets);
    await save(records, 'hand', octets);
    const rows = await sealed.list(pieceKind);
    return { sealed, records, octets, rows };
  }
  const refused = {
    code: 'secret-unopenable',
    detail: expect.stringMatching(/"?hand"?.*gakumon metadata load/s),
  };

  test('changes a manifest, or puts in one of their own', async () => {
    const { sealed, records } = await loaded();
    const row = await sealed.find('metadata', 'hand');
    if (row === undefined) throw new Error('no row');
    for (const forged of [
      new Uint8Array(0),
      row.sealed.map((octet, at) => (at === 100 ? octet ^ 1 : octet)),
      sealAtRest(strangers, 'metadata', 'hand', Buffer.from('{}\n')).sealed,
      sealAtRest(keys, 'document', 'hand', Buffer.from('{}\n')).sealed,
    ]) {
      const seen = (await sealed.find('metadata', 'hand'))?.revision;
      await sealed.replace({ ...row, sealed: forged }, seen);
      await expect(records.find('hand')).rejects.toMatchObject(refused);
    }
    await save(records, 'hand', Buffer.from('mended'));
    expect(await textOf(records, 'hand')).toBe('mended');
  });

  test('takes a piece away, changes it, or puts another one in its place', async () => {
    const { sealed, records, rows } = await loaded();
    const [first, second] = rows;
    if (first === undefined || second === undefined) throw new Error('no pieces');
    const readAll = () => octetsOf(records, 'hand');
    await sealed.replace({ ...first, sealed: second.sealed }, first.revision);
    await expect(readAll()).rejects.toMatchObject(refused);
    await sealed.remove(pieceKind, first.name);
    await expect(readAll()).rejects.toMatchObject({ ...refused, detail: expect.stringMatching(/piece 1 of 3.*load/s) });
    await sealed.replace(first, undefined);
    expect((await readAll()).length).toBe(3 * pieceOctets);
  });

  test('even with a piece that was sealed with our keys, another one in its place is told by its hash', async () => {
    const { sealed, records, rows } = await loaded();
    const last = rows.at(-1);
    if (last === undefined) throw new Error('no pieces');
    const forged = sealAtRest(keys, pieceKind, last.name, deflateSync(randomBytes(pieceOctets)));
    await sealed.replace(forged, last.revision);
    await expect(octetsOf(records, 'hand')).rejects.toMatchObject({
      ...refused,
      detail: expect.stringContaining('piece 3 of 3 is another one'),
    });
  });

  test('a piece that inflates without end is refused at a megabyte', async () => {
    const { sealed, records, rows } = await loaded();
    const [first] = rows;
    if (first === undefined) throw new Error('no pieces');
    const bomb = sealAtRest(keys, pieceKind, first.name, deflateSync(Buffer.alloc(50 * pieceOctets)));
    await sealed.replace(bomb, first.revision);
    await expect(octetsOf(records, 'hand')).rejects.toMatchObject(refused);
  });

  test('what a later release wrote is told of, and its pieces are left alone', async () => {
    const { sealed, records } = await loaded();
    const later = sealAtRest(keys, 'metadata', 'hand', Buffer.from('{"version":3,"loadedAt":1}\n'));
    await sealed.replace(later, (await sealed.find('metadata', 'hand'))?.revision);
    await expect(records.find('hand')).rejects.toMatchObject({
      ...refused,
      detail: expect.stringContaining('version 3 of the format is not known here'),
    });
  });
});

/** Everything of one database into another, as a backup and its restore do. */
async function moveTo(target: Parameters<typeof openStores>[0]['records'], file: string): Promise<void> {
  const texts: string[] = [];
  const from = await openRecordsExchange({ kind: 'sqlite', file });
  await from.export(async (text) => void texts.push(text), { gakumon: '1', now: 0 });
  await (await openRecordsExchange(target)).import('file', chunked(Buffer.from(texts.join(''))), false);
}

/** Loads, moves what was loaded, and tells whether it is as it was. */
async function survivesMove(target: Parameters<typeof openStores>[0]['records']): Promise<void> {
  const file = join(await temporaryFolder(), 'gakumon.db');
  const octets = randomBytes(7 * pieceOctets + 1);
  const records = sourcesOver((await openAt({ kind: 'sqlite', file })).sealed);
  await save(records, 'hand', octets);
  await records.save('gakunin', 8, { source });
  await moveTo(target, file);
  const moved = sourcesOver((await openAt(target)).sealed);
  expect(Buffer.compare(await octetsOf(moved, 'hand'), octets)).toBe(0);
  expect((await moved.find('gakunin'))?.content).toEqual({ kind: 'source', source });
}

test('a backup carries documents and sources: they are as they were in another database', async () =>
  survivesMove({ kind: 'sqlite', file: join(await temporaryFolder(), 'restored.db') }));

describeWith(postgresPrograms, 'sources in PostgreSQL', () => {
  test('come from SQLite as they were', async () => survivesMove(await (await privatePostgres()).createDatabase()));

  test('thirty-three megabytes that hardly get smaller come back, and of ten who load at once one counts', async () => {
    const { sealed } = await openAt(await (await privatePostgres()).createDatabase());
    const records = sourcesOver(sealed);
    const octets = randomBytes(33 * pieceOctets);
    await save(records, 'large', octets);
    expect(Buffer.compare(await octetsOf(records, 'large'), octets)).toBe(0);
    await Promise.all(Array.from({ length: 10 }, (_, at) => save(records, 'a', Buffer.from(`${at}`))));
    expect(await textOf(records, 'a')).toMatch(/^\d$/);
    expect(await pieces(sealed)).toBe(34);
  });
});
