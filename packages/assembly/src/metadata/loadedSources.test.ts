import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { makeSealingKeys, sealAtRest } from '@gakumon/idp';
import { createMetadataLibrary, type MetadataLibrary, noFilter, type SourceRecords } from '@gakumon/metadata';
import { openStores, type SealedRecords, type Stores } from '@gakumon/stores';
import { toEntityId } from '@gakumon/terms';
import { describeWith, postgresPrograms, pretendSp, privatePostgres, temporaryFolder } from '@gakumon/testkit';
import { afterEach, describe, expect, test } from '@jest/globals';
import { resealRecords } from '../sealing/resealRecords.ts';
import { pieceKind } from './documentPieces.ts';
import { openMetadataRecords } from './metadataRecords.ts';

const [secret, other] = [randomBytes(32), randomBytes(32)];
const keys = makeSealingKeys([secret]);
const strangers = makeSealingKeys([other]);
const asItIs = { filter: noFilter, mayAssert: ['categories', 'scopes'] } as const;

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function openAt(records: Parameters<typeof openStores>[0]['records']): Promise<Stores> {
  const stores = await openStores({ records, sessions: { kind: 'records' }, clock: Date.now, patienceMs: 30_000 });
  open.push(() => stores.close());
  return stores;
}
const sqlite = async () => openAt({ kind: 'sqlite', file: join(await temporaryFolder(), 'gakumon.db') });
const sourcesOver = (sealed: SealedRecords, ring = keys): SourceRecords => openMetadataRecords(sealed, ring).sources;

/** What a running node makes of the records. */
async function lookFrom(records: SourceRecords) {
  const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
  const library = createMetadataLibrary({ sources: [], records, ownEntityId, clock: Date.now });
  open.push(() => library.close());
  await library.open();
  return { library, ...(await look(library)) };
}

async function look(library: MetadataLibrary) {
  const { warnings } = await library.refresh({ wait: true });
  const known = library.serviceProviders.list().map(({ entityId }) => entityId);
  return { warnings: warnings.map(({ message }) => message), known };
}

const sp = (host: string) => {
  const entityId = `https://${host}/sp`;
  return { entityId, document: Buffer.from(pretendSp({ entityId }).metadata()) };
};
async function* once(octets: Uint8Array) {
  yield octets;
}
const load = (records: SourceRecords, name: string, octets: Uint8Array) =>
  records.save(name, Date.now(), { document: once(octets), ...asItIs });

const good = sp('sp.example.org');
const evil = sp('evil.example');

describe('a node whose metadata was loaded by hand', () => {
  test('has it at the next look, and not any more when it was removed', async () => {
    const { sealed } = await sqlite();
    const records = sourcesOver(sealed);
    const { library, known } = await lookFrom(sourcesOver(sealed));
    expect(known).toEqual([]);
    await load(records, 'hand', good.document);
    expect(await look(library)).toEqual({ warnings: [], known: [good.entityId] });
    await load(records, 'hand', sp('new.example').document);
    expect(await look(library)).toEqual({ warnings: [], known: ['https://new.example/sp'] });
    await records.remove('hand');
    expect((await look(library)).known).toEqual([]);
  });

  test('learns of a key that came, and resealing takes nothing out of force', async () => {
    const { sealed } = await sqlite();
    await load(sourcesOver(sealed, strangers), 'hand', good.document);
    const ring = { ...keys };
    const { library, known } = await lookFrom(sourcesOver(sealed, ring));
    expect(known).toEqual([]);
    ring.all = makeSealingKeys([secret, other]).all;
    expect((await look(library)).known).toEqual([good.entityId]);
    expect(await resealRecords(sealed, ring, { limit: 10 })).toMatchObject({ resealed: 2, isDone: true });
    expect(await look(library)).toEqual({ warnings: [], known: [good.entityId] });
    expect((await lookFrom(sourcesOver(sealed))).known).toEqual([good.entityId]);
  });
});

describe('attack: a thief who writes into the database', () => {
  async function withGood() {
    const { sealed } = await sqlite();
    const records = sourcesOver(sealed);
    await load(records, 'hand', good.document);
    return { sealed, records };
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
    expect((await records.list()).map(({ name }) => name)).toEqual(['evil', 'hand']);
    expect(await records.remove('evil')).toBe(true);
  });

  test('moves what was loaded to another name', async () => {
    const { sealed, records } = await withGood();
    const row = await sealed.find('metadata', 'hand');
    if (row === undefined) throw new Error('no row');
    await sealed.replace({ ...row, name: 'moved' }, undefined);
    await sealed.remove('metadata', 'hand');
    const { known, warnings } = await lookFrom(records);
    expect([known, warnings.length]).toEqual([[], 1]);
  });

  test.each(['metadata', pieceKind])(
    'changes the %s: a running node keeps what it had, and one that starts believes nothing',
    async (kind) => {
      const { sealed, records } = await withGood();
      const running = await lookFrom(records);
      const [row] = await sealed.list(kind);
      if (row === undefined) throw new Error('no row');
      const spoilt = Uint8Array.from(row.sealed);
      spoilt[50] = (spoilt[50] ?? 0) ^ 1;
      await sealed.replace({ ...row, sealed: spoilt }, row.revision);
      expect((await look(running.library)).known).toEqual([good.entityId]);
      const fresh = await lookFrom(records);
      expect([fresh.known, fresh.warnings]).toEqual([[], [expect.stringMatching(/hand.*gakumon metadata load/s)]]);
      await load(records, 'hand', good.document);
      expect((await lookFrom(records)).known).toEqual([good.entityId]);
      expect(await look(running.library)).toEqual({ warnings: [], known: [good.entityId] });
    },
  );
});

describeWith(postgresPrograms, 'metadata loaded by hand in PostgreSQL', () => {
  test('attack: a row that somebody puts in by SQL is told of, and not believed', async () => {
    const server = await privatePostgres();
    const location = await server.createDatabase();
    const { sealed } = await openAt(location);
    await load(sourcesOver(sealed), 'hand', good.document);
    const hex = evil.document.toString('hex');
    await server.sql(
      `insert into sealed_records (kind, name, key_id, sealed, revision)
       values ('metadata', 'evil', '${keys.current.id}', '\\x${hex}', 'x');
       insert into loaded_metadata (name, xml, loaded_at) values ('evil', '\\x${hex}', 1)`,
      location.database,
    );
    const { known, warnings } = await lookFrom(sourcesOver(sealed));
    expect([known, warnings.length]).toEqual([[good.entityId], 1]);
  });
});
