import { chmod, readdir, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { toEntityId } from '@gakumon/terms';
import { fixedClock, type TestKey, temporaryFolder, testKeys } from '@gakumon/testkit';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { madeAggregate, signed } from '../fixtures/madeMetadata.ts';
import type { MetadataSource } from '../sources/source.ts';
import { noFilter } from '../trust/filter.ts';
import { createMetadataLibrary, type MetadataLibrary } from './metadataLibrary.ts';
import { madeSource } from './testing/madeSource.ts';

const ownEntityId = toEntityId('https://idp.example.ac.jp/idp/shibboleth');
const ids = Array.from({ length: 30 }, (_, at) => `https://sp${at}.example.org/sp`);
const day = 86_400_000;
const clock = fixedClock();
const { idpSigning, stranger } = testKeys;

let folder: string;
let file: string;
let second = 1_700_000_000;
const opened: MetadataLibrary[] = [];

/** A file whose time always moves on, however coarse the clock of the file system is. */
async function put(count: number, key: TestKey = idpSigning): Promise<void> {
  await writeFile(file, await signed(madeAggregate(ids.slice(0, count), { validUntil: clock() + 10 * day }), key));
  second += 1;
  await utimes(file, second, second);
}

/** Another process, with the configuration of now. */
async function start(differences: Partial<MetadataSource> = {}): Promise<MetadataLibrary> {
  const trust = { signers: [{ pem: idpSigning.certificatePem }], unsigned: false, ...differences };
  const sources = [madeSource('federation', { kind: 'file', path: file }, trust)];
  const library = createMetadataLibrary({ sources, cache: join(folder, 'cache'), ownEntityId, clock });
  opened.push(library);
  await library.refresh({ wait: true });
  return library;
}

const standing = (library: MetadataLibrary) => {
  const [{ held = [] } = {}] = library.sources();
  return [library.serviceProviders.list().length, held.length];
};

beforeEach(async () => {
  folder = await temporaryFolder();
  file = join(folder, 'federation.xml');
  await put(30);
  expect(standing(await start())).toEqual([30, 0]);
});
afterEach(async () => {
  for (const library of opened.splice(0)) await library.close();
});

describe('a file whose source is believed otherwise than before', () => {
  test('attack: that shrank stays held back, and the one in force is judged again and serves', async () => {
    await put(1);
    expect(standing(await start())).toEqual([30, 1]);
    expect(standing(await start({ maxValidity: 20 * day }))).toEqual([30, 1]);
    const signers = [idpSigning, stranger].map(({ certificatePem }) => ({ pem: certificatePem }));
    expect(standing(await start({ signers }))).toEqual([30, 1]);
  });

  test('attack: that shrank at the very moment is held back, too', async () => {
    await put(1);
    expect(standing(await start({ maxValidity: 20 * day }))).toEqual([30, 1]);
  });

  test('loses whom the operator leaves out, and nothing is held for that', async () => {
    const filter = { ...noFilter, exceptEntityIds: ids.slice(0, 20).map(toEntityId) };
    expect(standing(await start({ filter }))).toEqual([10, 0]);
    await put(29);
    expect(standing(await start({ filter: noFilter }))).toEqual([29, 0]);
  });

  test('by another signer alone: what the former one signed is over, and the new document counts', async () => {
    await put(2, stranger);
    expect(standing(await start({ signers: [{ pem: stranger.certificatePem }] }))).toEqual([2, 0]);
  });

  test('attack: that others may write is kept in the cache for nobody else', async () => {
    await put(29);
    await chmod(file, 0o666);
    await start();
    const [slot = ''] = await readdir(join(folder, 'cache'));
    const names = await readdir(join(folder, 'cache', slot), { recursive: true });
    const kept = names.filter((name) => name.endsWith('document')).map((name) => join(folder, 'cache', slot, name));
    const modes = await Promise.all(kept.map(async (path) => (await stat(path)).mode & 0o077));
    expect(modes).toEqual([0, 0]);
  });

  test('of which an earlier release kept no document is taken as it is', async () => {
    const [slot = ''] = await readdir(join(folder, 'cache'));
    const copies = (await readdir(join(folder, 'cache', slot))).filter((name) => name.startsWith('copy-'));
    for (const name of copies) await rm(join(folder, 'cache', slot, name, 'document'));
    await put(2);
    expect(standing(await start({ maxValidity: 20 * day }))).toEqual([2, 0]);
  });
});
