import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import { createMetadataLibrary, loadMetadata, type MetadataRecords } from '@gakumon/metadata';
import { openStores, type Stores } from '@gakumon/stores';
import { toEntityId } from '@gakumon/terms';
import { describeWith, postgresPrograms, pretendSp, privatePostgres, temporaryFolder } from '@gakumon/testkit';
import { afterEach, describe, expect, test } from '@jest/globals';
import { resealRecords } from '../sealing/resealRecords.ts';
import { sealedMetadata } from './sealedMetadata.ts';

const [secret, other] = [randomBytes(32), randomBytes(32)];
const keys = makeSealingKeys([secret]);
const strangers = makeSealingKeys([other]);
const loaded = (name: string, text = '<EntityDescriptor/>') => ({ name, xml: Buffer.from(text), loadedAt: 7 });
const asItIs = { certificates: [], unsigned: true };
const clock = Date.now;
const mostOctets = 33_554_432;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function openAt(records: Parameters<typeof openStores>[0]['records']): Promise<Stores> {
  const stores = await openStores({ records, sessions: { kind: 'records' }, clock, patienceMs: 30_000 });
  open.push(() => stores.close());
  return stores;
}
const sqlite = async () => openAt({ kind: 'sqlite', file: join(await temporaryFolder(), 'gakumon.db') });

/** What a running node makes of the records. */
async function lookFrom(records: MetadataRecords) {
  const library = createMetadataLibrary({
    sources: [],
    records,
    ownEntityId: toEntityId('https://idp.example.ac.jp/idp/shibboleth'),
    clock,
  });
  const { warnings } = await library.refresh();
  return {
    library,
    warnings: warnings.map(({ message }) => message),
    known: library.serviceProviders.list().map(({ entityId }) => entityId),
  };
}

const sp = (host: string) => {
  const entityId = `https://${host}/sp`;
  return { entityId, document: Buffer.from(pretendSp({ entityId }).metadata()) };
};

describe('hand-loaded metadata in the records', () => {
  test('comes back as it was; the same name replaces; each change is seen', async () => {
    const records = sealedMetadata((await sqlite()).sealed, keys);
    const generations = [await records.generation()];
    for (const change of [
      () => records.save(loaded('b', '\u0000学門\r\n')),
      () => records.save(loaded('a', 'old')),
      () => records.save({ ...loaded('a', 'new'), loadedAt: 8 }),
    ]) {
      await change();
      generations.push(await records.generation());
    }
    expect((await records.list()).map(({ name }) => name)).toEqual(['a', 'b']);
    const found = await records.find('a');
    expect([found?.name, found?.loadedAt, Buffer.from(found?.xml ?? []).toString()]).toEqual(['a', 8, 'new']);
    expect(Buffer.from((await records.find('b'))?.xml ?? []).toString()).toBe('\u0000学門\r\n');
    expect(await records.find('c')).toBeUndefined();
    expect([await records.remove('a'), await records.remove('a')]).toEqual([true, false]);
    generations.push(await records.generation());
    expect(new Set(generations).size).toBe(generations.length);
  });

  test('ten who load one name at once are all told the truth: one of them counts', async () => {
    const { sealed } = await sqlite();
    const records = sealedMetadata(sealed, keys);
    await Promise.all(Array.from({ length: 10 }, (_, index) => records.save(loaded('a', `${index}`))));
    expect(Buffer.from((await records.find('a'))?.xml ?? []).toString()).toMatch(/^\d$/);
    expect(await sealed.generation('metadata')).toBe(10);
  });

  test('a key that came makes what was sealed under it known, and resealing takes nothing out of force', async () => {
    const { sealed } = await sqlite();
    const { entityId, document } = sp('sp.example.org');
    await loadMetadata(sealedMetadata(sealed, strangers), 'hand', document, asItIs, clock());
    const ring = { ...keys };
    const records = sealedMetadata(sealed, ring);
    const { library, known } = await lookFrom(records);
    expect(known).toEqual([]);
    ring.all = makeSealingKeys([secret, other]).all;
    await library.refresh();
    const serviceProvider = await library.serviceProviders.find(entityId);
    expect(serviceProvider?.entityId).toBe(entityId);
    expect(await resealRecords(sealed, ring, { limit: 10 })).toMatchObject({ resealed: 1, isDone: true });
    expect(await library.refresh()).toEqual({ changed: false, warnings: [] });
    expect(await library.serviceProviders.find(entityId)).toBe(serviceProvider);
    expect((await lookFrom(sealedMetadata(sealed, keys))).known).toEqual([entityId]);
  });
});

describe('attack: a thief who writes into the database', () => {
  const good = sp('sp.example.org');
  const evil = sp('evil.example');

  async function withGood() {
    const stores = await sqlite();
    const records = sealedMetadata(stores.sealed, keys);
    await loadMetadata(records, 'hand', good.document, asItIs, clock());
    const row = await stores.sealed.find('metadata', 'hand');
    if (row === undefined) throw new Error('no row');
    return { ...stores, records, row };
  }

  test.each<[string, () => Promise<Uint8Array>]>([
    ['as it is', async () => evil.document],
    ['sealed under a key of their own', async () => sealAtRest(strangers, 'metadata', 'evil', evil.document).sealed],
    ['nothing at all', async () => new Uint8Array(0)],
  ])('adds metadata, %s: it is not believed and told of by its name; the rest works', async (_, make) => {
    const { sealed, records } = await withGood();
    await sealed.replace({ kind: 'metadata', name: 'evil', keyId: keys.current.id, sealed: await make() }, undefined);
    const { known, warnings } = await lookFrom(records);
    expect(known).toEqual([good.entityId]);
    expect(warnings).toEqual([expect.stringMatching(/"evil".*gakumon metadata load/s)]);
    // It is there until somebody decides
    expect((await records.list()).map(({ name }) => name)).toEqual(['evil', 'hand']);
    expect(await records.remove('evil')).toBe(true);
  });

  test('moves what was loaded to another name, or another secret into its place', async () => {
    const { sealed, records, row } = await withGood();
    await sealed.replace({ ...row, name: 'moved' }, undefined);
    const { sealed: octets } = sealAtRest(keys, 'document', 'hand', evil.document);
    await sealed.replace({ ...row, sealed: octets }, row.revision);
    const { known, warnings } = await lookFrom(records);
    expect([known, warnings.length]).toEqual([[], 2]);
  });

  test('changes what was loaded: a running node keeps what it had, and one that starts believes nothing', async () => {
    const { sealed, records, row } = await withGood();
    const running = await lookFrom(records);
    const spoilt = Uint8Array.from(row.sealed);
    spoilt[100] = (spoilt[100] ?? 0) ^ 1;
    await sealed.replace({ ...row, sealed: spoilt }, row.revision);
    expect((await running.library.refresh()).warnings).toHaveLength(1);
    expect(running.library.serviceProviders.list()).toHaveLength(1);
    expect((await lookFrom(records)).known).toEqual([]);
    // To load it again mends it
    await loadMetadata(records, 'hand', good.document, asItIs, clock());
    expect((await lookFrom(records)).known).toEqual([good.entityId]);
  });
});

/** As large as metadata may be, and of octets that hardly get smaller. */
const largest = (): Buffer => Buffer.concat([Buffer.from('<!--'), randomBytes(mostOctets - 4)]);

async function keepsTheLargest({ sealed }: Stores): Promise<void> {
  const records = sealedMetadata(sealed, keys);
  const xml = largest();
  await records.save({ name: 'large', xml, loadedAt: 1 });
  const found = await records.find('large');
  expect(found !== undefined && Buffer.compare(found.xml, xml)).toBe(0);
}

test('thirty-two megabytes are kept in SQLite', async () => keepsTheLargest(await sqlite()));

describeWith(postgresPrograms, 'hand-loaded metadata in PostgreSQL', () => {
  test('thirty-two megabytes are kept', async () => {
    const location = await (await privatePostgres()).createDatabase();
    await keepsTheLargest(await openAt(location));
  });

  test('attack: a row that somebody puts in by SQL is told of, and not believed', async () => {
    const server = await privatePostgres();
    const location = await server.createDatabase();
    const { sealed } = await openAt(location);
    const records = sealedMetadata(sealed, keys);
    const { entityId, document } = sp('sp.example.org');
    await loadMetadata(records, 'hand', document, asItIs, clock());
    const hex = sp('evil.example').document.toString('hex');
    await server.sql(
      `insert into sealed_records (kind, name, key_id, sealed, revision)
       values ('metadata', 'evil', '${keys.current.id}', '\\x${hex}', 'x');
       insert into loaded_metadata (name, xml, loaded_at) values ('evil', '\\x${hex}', 1)`,
      location.database,
    );
    const { known, warnings } = await lookFrom(records);
    expect([known, warnings.length]).toEqual([[entityId], 1]);
  });
});
