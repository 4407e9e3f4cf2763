import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { type FixedClock, fixedClock, temporaryFolder, testKeys } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { madeAggregate, madeEntity, signed, unsigned } from '../fixtures/madeMetadata.ts';
import { answerOf, startRawServer } from '../sources/testing/rawServer.ts';
import { runIntake } from './intake/runIntake.ts';
import { loadMetadata } from './loadMetadata.ts';
import { createMetadataLibrary, type MetadataLibrary } from './metadataLibrary.ts';
import { madeSource } from './testing/madeSource.ts';
import { memoryRecords } from './testing/memoryRecords.ts';

const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
const one = 'https://one.example.org/sp';
const two = 'https://two.example.org/sp';

let folder: string;
let clock: FixedClock;
let records: ReturnType<typeof memoryRecords>;
const opened: MetadataLibrary[] = [];
beforeEach(async () => {
  folder = await temporaryFolder();
  clock = fixedClock();
  records = memoryRecords();
});
afterEach(async () => {
  for (const library of opened.splice(0)) await library.close();
});

/** A node with a disk of its own. */
function makeNode(disk = 'node'): MetadataLibrary {
  const cache = join(folder, disk);
  const library = createMetadataLibrary({ sources: [], cache, records, ownEntityId, clock, intake: runIntake });
  opened.push(library);
  return library;
}

async function load(document: Uint8Array, guarded?: Parameters<typeof loadMetadata>[2]['guarded']) {
  const path = join(folder, 'to-be-loaded.xml');
  await writeFile(path, document);
  return loadMetadata(records, madeSource('hand', { kind: 'file', path }), { now: clock(), guarded });
}

const known = (library: MetadataLibrary): string[] => library.serviceProviders.list().map(({ entityId }) => entityId);

describe('a document in the records', () => {
  test('is read once by a node, also over a start, and by each node', async () => {
    await load(unsigned(madeEntity(one)));
    await makeNode().refresh();
    await makeNode().refresh();
    expect(records.read).toBe(1);
    const other = makeNode('other node');
    await other.refresh();
    expect(records.read).toBe(2);
    expect(other.sources()).toMatchObject([{ name: 'hand', kind: 'loaded', loadedAt: clock(), serviceProviders: 1 }]);
    expect(await other.serviceProviders.find(one)).toMatchObject({ source: 'hand' });
  });

  test('attack: other octets in its place are not believed, told of, and what was in force stays', async () => {
    await load(unsigned(madeEntity(one)));
    const library = makeNode();
    await library.refresh();
    await load(unsigned(madeEntity(two)));
    records.forged.set('hand', unsigned(madeEntity('https://evil.example.org/sp')));
    expect((await library.refresh()).warnings).toMatchObject([
      { source: 'hand', message: expect.stringContaining('not what was loaded') },
    ]);
    expect(known(library)).toEqual([one]);
    records.forged.clear();
    clock.advance(60_000);
    await library.refresh();
    expect(known(library)).toEqual([two]);
  });

  test('attack: one that grows without end is broken off', async () => {
    await load(unsigned(madeEntity(one)));
    records.forged.set('hand', Buffer.alloc(50_000_000, ' '));
    const library = makeNode();
    await library.refresh();
    expect(library.sources()[0]?.problem).toContain('not what was loaded');
    const [slot = ''] = await readdir(join(folder, 'node'));
    expect((await readdir(join(folder, 'node', slot))).filter((name) => name.startsWith('copy-'))).toEqual([]);
  });

  test('whose records go away in the middle is tried again, and nothing of it is half in force', async () => {
    await load(unsigned(madeEntity(one)));
    records.failReading = true;
    const library = makeNode();
    expect((await library.refresh()).warnings).toMatchObject([{ source: 'hand' }]);
    expect(known(library)).toEqual([]);
    records.failReading = false;
    clock.advance(60_000);
    await library.refresh();
    expect(known(library)).toEqual([one]);
  });

  test('that is loaded again mends what was broken at once', async () => {
    await load(unsigned(madeEntity(one)));
    records.failReading = true;
    const library = makeNode();
    await library.refresh();
    records.failReading = false;
    await load(unsigned(madeEntity(one)));
    await library.refresh();
    expect(known(library)).toEqual([one]);
  });

  test('attack: an old row that is put back is told of, also when the name was away in between', async () => {
    await load(unsigned(madeAggregate([one, two])));
    const old = await records.find('hand');
    const library = makeNode();
    clock.advance(60_000);
    await load(unsigned(madeEntity(one)));
    expect((await library.refresh()).warnings).toEqual([]);
    await records.remove('hand');
    await library.refresh();
    clock.advance(-60_000);
    await load(unsigned(madeAggregate([one, two])));
    clock.advance(120_000);
    const { warnings } = await library.refresh();
    expect(old?.loadedAt).toBe(library.sources()[0]?.loadedAt);
    const message = expect.stringMatching(
      /^what was loaded at .* counts again, in place of .*: was a backup restored\?$/,
    );
    expect(warnings).toEqual([{ source: 'hand', entityId: undefined, message }]);
    await load(unsigned(madeEntity(one)));
    await library.refresh();
    expect(library.warnings()).toEqual([]);
  });

  test('is taken in anew when the disk lost it', async () => {
    await load(unsigned(madeEntity(one)));
    await makeNode().refresh();
    await rm(join(folder, 'node'), { recursive: true });
    const library = makeNode();
    await library.refresh();
    expect(known(library)).toEqual([one]);
  });

  test('is refused at the door when it loses whom people use, unless an operator has looked', async () => {
    await load(unsigned(madeAggregate([one, two])));
    const guarded = { before: [one, two], used: new Set([one]) };
    await expect(load(unsigned(madeEntity(two)), guarded)).rejects.toMatchObject({
      code: 'metadata-held',
      detail: expect.stringContaining(one),
    });
    const library = makeNode();
    await library.refresh();
    expect(known(library)).toEqual([one, two]);
    await load(unsigned(madeEntity(two)));
    await library.refresh();
    expect(known(library)).toEqual([two]);
  });
});

describe('the definition of a source in the records', () => {
  test('makes every node follow it; a changed one is judged by its new rules, and one that goes takes its SPs along', async () => {
    const validUntil = clock() + 86_400_000;
    const document = await signed(madeAggregate([one, two], { validUntil }), testKeys.idpSigning);
    const server = await startRawServer(answerOf(document, { 'Content-Type': 'application/xml' }));
    const source = madeSource(
      'federation',
      { kind: 'url', url: server.url },
      { signers: [{ pem: testKeys.idpSigning.certificatePem }], unsigned: false },
    );
    await records.save('federation', clock(), { source });
    const nodes = [makeNode('a'), makeNode('b')];
    for (const node of nodes) await node.refresh({ wait: true });
    expect(nodes.map(known)).toEqual([
      [one, two],
      [one, two],
    ]);
    expect(nodes[0]?.sources()).toMatchObject([{ name: 'federation', kind: 'url', loadedAt: clock() }]);
    const filter = { ...source.filter, exceptEntityIds: [one] };
    await records.save('federation', clock(), { source: { ...source, filter } });
    await server.stop();
    // Meanwhile what was in force serves.
    await nodes[0]?.refresh();
    expect(nodes[0] && known(nodes[0])).toEqual([one, two]);
    for (const node of nodes) await node.refresh({ wait: true });
    expect(nodes.map(known)).toEqual([[two], [two]]);
    await records.remove('federation');
    await nodes[0]?.refresh();
    expect(nodes[0] && known(nodes[0])).toEqual([]);
  });

  test('survives records that are away and rows that do not open', async () => {
    const server = await startRawServer(answerOf(unsigned(madeEntity(one)), { 'Content-Type': 'application/xml' }));
    await records.save('local', clock(), { source: madeSource('local', { kind: 'url', url: server.url }) });
    const library = makeNode();
    await library.refresh({ wait: true });
    records.spoilt.add('local');
    clock.advance(3_600_000);
    expect((await library.refresh({ wait: true })).warnings).toMatchObject([{ source: 'local' }]);
    records.fail = true;
    await library.refresh({ wait: true });
    expect(known(library)).toEqual([one]);
  });
});
