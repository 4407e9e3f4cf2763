import { execFileSync } from 'node:child_process';
import { mkdir, rename, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { fixedClock, temporaryFolder, testKeys } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { madeAggregate, madeEntity, signed, unsigned } from '../fixtures/madeMetadata.ts';
import type { MetadataSource } from '../sources/source.ts';
import { addServiceProvider } from './addServiceProvider.ts';
import { loadMetadata } from './loadMetadata.ts';
import { createMetadataLibrary, type MetadataLibrary, type MetadataLibraryOptions } from './metadataLibrary.ts';
import { madeSource } from './testing/madeSource.ts';
import { memoryRecords } from './testing/memoryRecords.ts';

const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
const one = 'https://one.example.org/sp';
const two = 'https://two.example.org/sp';

let folder: string;
beforeEach(async () => {
  folder = await temporaryFolder();
});

const opened: MetadataLibrary[] = [];
afterEach(async () => {
  for (const library of opened.splice(0)) await library.close();
});

function makeLibrary(options: Omit<MetadataLibraryOptions, 'ownEntityId'>): MetadataLibrary {
  const library = createMetadataLibrary({ ...options, ownEntityId, cache: join(folder, 'cache') });
  opened.push(library);
  return library;
}

const entityIds = (library: MetadataLibrary): readonly string[] =>
  library.serviceProviders.list().map(({ entityId }) => entityId);

/** A file whose time always moves on, however coarse the clock of the file system is. */
async function put(path: string, content: Uint8Array | string): Promise<void> {
  await writeFile(path, content);
  second += 1;
  await utimes(path, second, second);
}
let second = 1_700_000_000;

const fileLibrary = (file: string) => {
  return makeLibrary({ sources: [madeSource('federation', { kind: 'file', path: file })], clock: fixedClock() });
};

describe('a file', () => {
  test('is read at the first refresh, and again only when it changes', async () => {
    const file = join(folder, 'sp.xml');
    await put(file, unsigned(madeEntity(one)));
    const library = fileLibrary(file);
    expect(entityIds(library)).toEqual([]);
    expect(await library.refresh()).toEqual({ changed: true, warnings: [] });
    const before = await library.serviceProviders.find(one);
    expect(await library.refresh()).toEqual({ changed: false, warnings: [] });
    expect(await library.serviceProviders.find(one)).toBe(before);
    await put(file, unsigned(madeAggregate([one, two])));
    expect((await library.refresh()).changed).toBe(true);
    expect(entityIds(library)).toEqual([one, two]);
  });

  test('that is replaced by another of the same size and time is still noticed', async () => {
    const file = join(folder, 'sp.xml');
    await put(file, unsigned(madeEntity(one)));
    const library = fileLibrary(file);
    await library.refresh();
    await put(join(folder, 'new'), unsigned(madeEntity(two)));
    await utimes(join(folder, 'new'), second - 1, second - 1);
    await rename(join(folder, 'new'), file);
    await library.refresh();
    expect(entityIds(library)).toEqual([two]);
  });

  test('that is a pipe nobody writes to, or a device without end, holds nothing up and is told', async () => {
    const pipe = join(folder, 'pipe.xml');
    execFileSync('mkfifo', [pipe]);
    for (const path of [pipe, '/dev/zero']) {
      const library = fileLibrary(path);
      await library.refresh();
      expect(library.sources()[0]?.problem).toContain(`${path} is not a regular file`);
    }
  });

  test.each([
    ['is broken', '<EntityDescriptor'],
    ['holds no SP', unsigned(madeAggregate([])).toString()],
    ['has expired', unsigned(madeAggregate([one], { validUntil: 0 })).toString()],
  ])('that %s takes nothing away, and is told of once', async (_what, broken) => {
    const file = join(folder, 'sp.xml');
    await put(file, unsigned(madeEntity(one)));
    const library = fileLibrary(file);
    await library.refresh();
    await put(file, broken);
    const report = await library.refresh();
    expect(report.changed).toBe(false);
    expect(report.warnings).toEqual([
      { source: 'federation', entityId: undefined, message: expect.stringContaining(file) },
    ]);
    expect(entityIds(library)).toEqual([one]);
    expect((await library.refresh()).warnings).toEqual([]);
    expect(library.sources()).toMatchObject([{ name: 'federation', problem: expect.stringContaining('sp.xml') }]);
    await put(file, unsigned(madeEntity(two)));
    await library.refresh();
    expect(entityIds(library)).toEqual([two]);
    expect(library.warnings()).toEqual([]);
  });

  test('that goes missing takes nothing away; one that was never there is a warning', async () => {
    const file = join(folder, 'sp.xml');
    const library = fileLibrary(file);
    expect((await library.refresh()).warnings).toHaveLength(1);
    await put(file, unsigned(madeEntity(one)));
    await library.refresh();
    await rm(file);
    expect((await library.refresh()).warnings).toHaveLength(1);
    expect(entityIds(library)).toEqual([one]);
  });
});

describe('a signed file', () => {
  const library = (file: string, certificates: readonly string[]) => {
    const signers = certificates.map((path) => ({ file: path }));
    const source = madeSource('federation', { kind: 'file', path: file }, { signers, unsigned: false });
    return makeLibrary({ sources: [source], clock: fixedClock() });
  };

  test('is believed by its signature alone, and a new signer is taken up without a change of the file', async () => {
    const file = join(folder, 'federation.xml');
    const pem = join(folder, 'signer.pem');
    const validUntil = fixedClock()() + 1000;
    await put(file, await signed(madeAggregate([one], { validUntil }), testKeys.idpSigning));
    await put(pem, testKeys.stranger.certificatePem);
    const federation = library(file, [pem]);
    expect((await federation.refresh()).warnings[0]?.message).toContain('metadata-signature');
    expect(entityIds(federation)).toEqual([]);
    await put(pem, testKeys.idpSigning.certificatePem);
    expect(await federation.refresh()).toEqual({ changed: true, warnings: [] });
    expect(entityIds(federation)).toEqual([one]);
  });

  test('without a signer and without "unsigned" nothing is believed', async () => {
    const file = join(folder, 'federation.xml');
    await put(file, unsigned(madeEntity(one)));
    const undecided = library(file, []);
    expect((await undecided.refresh()).warnings[0]?.message).toContain('metadata-trust-undecided');
    expect(entityIds(undecided)).toEqual([]);
  });
});

describe('a directory', () => {
  test('is its XML files in the order of their names; one that goes takes its SPs along', async () => {
    const directory = join(folder, 'metadata');
    const sources = [madeSource('local', { kind: 'directory', path: directory })];
    const library = makeLibrary({ sources, clock: fixedClock() });
    expect((await library.refresh()).warnings).toHaveLength(1);
    await mkdir(directory);
    await put(join(directory, 'b.xml'), unsigned(madeEntity(one)));
    await put(join(directory, 'a.XML'), unsigned(madeEntity(two)));
    await put(join(directory, '.hidden.xml'), unsigned(madeEntity('https://hidden.example.org/sp')));
    await put(join(directory, 'notes.txt'), 'not metadata');
    await put(join(directory, 'broken.xml'), 'not metadata either');
    const report = await library.refresh();
    expect(entityIds(library)).toEqual([two, one]);
    expect(report.warnings.map(({ message }) => message)).toEqual([expect.stringContaining('broken.xml')]);
    await rm(join(directory, 'b.xml'));
    await library.refresh();
    expect(entityIds(library)).toEqual([two]);
  });
});

describe('metadata loaded by hand', () => {
  const clock = fixedClock();
  type Records = ReturnType<typeof memoryRecords>;
  const load = async (
    records: Records,
    name: string,
    document: Uint8Array,
    now: number,
    trust: Partial<MetadataSource> = {},
  ) => {
    const path = join(folder, 'to-be-loaded.xml');
    await put(path, document);
    await loadMetadata(records, madeSource(name, { kind: 'file', path }, trust), { now });
  };

  test('is seen at the next refresh, replaced by name, removed; nothing is fetched while nothing changes', async () => {
    const records = memoryRecords();
    const library = makeLibrary({ sources: [], records, clock });
    await load(records, 'hand', unsigned(madeEntity(one)), clock());
    await library.refresh();
    expect((await library.serviceProviders.find(one))?.source).toBe('hand');
    await library.refresh();
    expect([records.listed, records.found]).toEqual([1, 1]);
    await load(records, 'hand', unsigned(madeEntity(two)), clock());
    await library.refresh();
    expect(entityIds(library)).toEqual([two]);
    await records.remove('hand');
    await library.refresh();
    expect(entityIds(library)).toEqual([]);
  });

  test('is refused at the door, and then nothing is kept', async () => {
    const records = memoryRecords();
    const trust = { signers: [{ pem: testKeys.stranger.certificatePem }], unsigned: false };
    const document = await signed(madeAggregate([one], { validUntil: clock() + 1000 }), testKeys.idpSigning);
    await expect(load(records, 'hand', document, clock(), trust)).rejects.toMatchObject({
      code: 'metadata-signature',
    });
    expect(await records.list()).toEqual([]);
  });

  test('of a signed document the bytes that were hashed are kept', async () => {
    const records = memoryRecords();
    const trust = { signers: [{ pem: testKeys.idpSigning.certificatePem }], unsigned: false };
    const group = madeAggregate([one], { validUntil: clock() + 1000 });
    await load(records, 'hand', await signed(group, testKeys.idpSigning), clock(), trust);
    expect(records.octetsOf('hand').equals(unsigned(group))).toBe(true);
  });

  test('never comes before a configured source', async () => {
    const file = join(folder, 'sp.xml');
    await put(file, unsigned(madeEntity(one)));
    const records = memoryRecords();
    await load(records, 'a', unsigned(madeEntity(one, { acs: 'https://evil.example/acs' })), clock());
    const library = makeLibrary({ sources: [madeSource('federation', { kind: 'file', path: file })], records, clock });
    const { warnings } = await library.refresh();
    expect((await library.serviceProviders.find(one))?.source).toBe('federation');
    expect(warnings).toEqual([{ source: 'a', entityId: one, message: 'is known from federation, which counts' }]);
  });

  test('attack: a service added by hand never counts before loaded metadata, whatever that is called', async () => {
    const records = memoryRecords();
    const acs = ['https://evil.example/acs'];
    const added = { entityId: one, assertionConsumerServices: acs, certificates: [] };
    const { source } = await addServiceProvider(records, added, clock());
    const library = makeLibrary({ sources: [], records, clock });
    await library.refresh();
    expect((await library.serviceProviders.find(one))?.source).toBe(source);
    for (const name of ['zfed', 'sp-zfed', 'sp-zfed-0123456789abcdef']) {
      await load(records, name, unsigned(madeAggregate([one, two])), clock());
      const { warnings } = await library.refresh();
      expect((await library.serviceProviders.find(one))?.source).toBe(name);
      expect(warnings).toEqual([{ source, entityId: one, message: `is known from ${name}, which counts` }]);
      await records.remove(name);
    }
  });

  test('attack: what does not open is never believed, hides nothing else, and is told of once', async () => {
    const records = memoryRecords();
    const library = makeLibrary({ sources: [], records, clock });
    await load(records, 'evil', unsigned(madeEntity('https://evil.example.org/sp')), clock());
    await load(records, 'hand', unsigned(madeEntity(one)), clock());
    records.spoilt.add('evil');
    expect((await library.refresh()).warnings.map(({ source }) => source)).toEqual(['evil']);
    expect(entityIds(library)).toEqual([one]);
    // Spoilt in the records, it stays what it was here, and another kind of change is seen all the same
    records.spoilt.add('hand');
    await load(records, 'hand', unsigned(madeEntity(two)), 0);
    await load(records, 'late', unsigned(madeEntity(two)), clock());
    expect((await library.refresh()).warnings.map(({ source }) => source)).toEqual(['hand']);
    expect(entityIds(library)).toEqual([one, two]);
    records.spoilt.clear();
    await records.remove('late');
    await library.refresh();
    expect(entityIds(library)).toEqual(['https://evil.example.org/sp', two]);
  });

  test('a store that is down in the middle is asked again, and nothing is half in force', async () => {
    const records = memoryRecords();
    const library = makeLibrary({ sources: [], records, clock });
    await load(records, 'hand', unsigned(madeEntity(one)), clock());
    await library.refresh();
    await load(records, 'hand', unsigned(madeEntity(two)), clock());
    records.failFinding = true;
    expect((await library.refresh()).warnings).toMatchObject([{ source: 'records' }]);
    expect(entityIds(library)).toEqual([one]);
    records.failFinding = false;
    await library.refresh();
    expect(entityIds(library)).toEqual([two]);
    expect(library.warnings()).toEqual([]);
  });

  test('attack: a fail-over loses a generation, and another change gets the same: seen within the minute', async () => {
    const records = memoryRecords();
    const time = fixedClock();
    const library = makeLibrary({ sources: [], records, clock: time });
    await load(records, 'hand', unsigned(madeEntity(one)), time());
    await library.refresh();
    records.reused = '1';
    await records.remove('hand');
    await load(records, 'other', unsigned(madeEntity(two)), time());
    await library.refresh();
    expect(entityIds(library)).toEqual([one]);
    time.advance(60_000);
    await library.refresh();
    expect(entityIds(library)).toEqual([two]);
    // What has not changed is not fetched for it
    time.advance(60_000);
    await library.refresh();
    expect(records.found).toBe(2);
  });

  test('attack: what is damaged in the records, its revision as before, is told of within the hour', async () => {
    const records = memoryRecords();
    const time = fixedClock();
    const library = makeLibrary({ sources: [], records, clock: time });
    await load(records, 'hand', unsigned(madeEntity(one)), time());
    await library.refresh();
    records.spoilt.add('hand');
    time.advance(3_600_000);
    expect((await library.refresh()).warnings).toMatchObject([{ source: 'hand' }]);
    expect(entityIds(library)).toEqual([one]);
  });

  test('a store that is down takes nothing away, and is told of once', async () => {
    const records = memoryRecords();
    const library = makeLibrary({ sources: [], records, clock });
    await load(records, 'hand', unsigned(madeEntity(one)), clock());
    await library.refresh();
    records.fail = true;
    expect((await library.refresh()).warnings.map(({ message }) => message)).toEqual([
      'hand-loaded metadata: the store is down',
    ]);
    expect((await library.refresh()).warnings).toEqual([]);
    expect(entityIds(library)).toEqual([one]);
    records.fail = false;
    await library.refresh();
    expect(library.warnings()).toEqual([]);
  });
});

test('two refreshes at once are one', async () => {
  const file = join(folder, 'sp.xml');
  await put(file, unsigned(madeEntity(one)));
  const library = fileLibrary(file);
  const [first, again] = await Promise.all([library.refresh(), library.refresh()]);
  expect(first).toBe(again);
  expect(first.changed).toBe(true);
});

test('who asks while the process ends is not told that a service is unknown', async () => {
  const file = join(folder, 'sp.xml');
  await put(file, unsigned(madeEntity(one)));
  const library = fileLibrary(file);
  await library.refresh();
  const closing = library.close();
  expect(await library.serviceProviders.ask(one)).toMatchObject({ kind: 'undecided' });
  await closing;
  expect(await library.serviceProviders.ask(one)).toMatchObject({ kind: 'undecided' });
});
