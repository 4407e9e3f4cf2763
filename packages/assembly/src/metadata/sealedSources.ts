import { createHash, randomUUID } from 'node:crypto';
import { createInflate } from 'node:zlib';
import type { SealingKeys } from '@gakumon/idp';
import {
  type Assertable,
  type LoadedDocument,
  type LoadedSource,
  noFilter,
  type SavedContent,
  type SourceRecords,
} from '@gakumon/metadata';
import type { SealedRecord, SealedRecords } from '@gakumon/stores';
import { GakumonError, hours } from '@gakumon/terms';
import { listPiecesOf, readPieces, removePieces, writePieces } from './documentPieces.ts';
import { decodeManifest, encodeManifest, type Manifest } from './manifestFormat.ts';
import { loadOf, manifestKind, openManifest, withAdvice } from './manifests.ts';
import { replaceSealed } from './replaceSealed.ts';

/** An operator's patience is shorter, and the sweep's is longer: it never takes a load under way for one left behind. */
const longestLoad = hours(1);

/** What an earlier release loaded was believed in everything. */
const mayAssertAll: readonly Assertable[] = ['categories', 'scopes'];

/**
 * Sources that were loaded by hand, sealed in the records: a small manifest under the name of each, and beside it the
 * pieces of a document, which are written first. Until the manifest is replaced the old one is in force, and whatever
 * breaks off before leaves only pieces that nothing refers to.
 */
export function sealedSources(
  sealed: SealedRecords,
  keys: SealingKeys,
  generation: SourceRecords['generation'],
): SourceRecords {
  const find = (name: string) => sealed.find(manifestKind, name);
  return {
    list: () => sealed.listRevisions(manifestKind),
    async find(name) {
      const record = await find(name);
      return record && describe(keys, record);
    },
    readDocument: (name, document) => readDocument(sealed, keys, name, document),
    async save(name, loadedAt, content) {
      if ('source' in content) {
        await commit(sealed, keys, name, { loadedAt, content: { kind: 'source', source: content.source } });
      } else {
        await saveDocument(sealed, keys, { name, loadedAt }, content);
      }
    },
    async remove(name) {
      const load = loadOf(keys, await find(name));
      const existed = await sealed.remove(manifestKind, name);
      if (load !== undefined) await leaveToSweep(removePieces(sealed, { source: name, load }));
      return existed;
    },
    generation,
  };
}

async function describe(keys: SealingKeys, record: SealedRecord): Promise<LoadedSource> {
  const { name } = record;
  const { loadedAt, content } = openManifest(keys, record);
  if (content.kind === 'source') return { name, loadedAt, content };
  if (content.kind === 'whole') return { name, loadedAt, content: await measure(name, content.deflated) };
  const { sha256, size, pieces, filter, mayAssert } = content;
  return { name, loadedAt, content: { kind: 'document', sha256, size, pieces: pieces.length, filter, mayAssert } };
}

/** A document of an earlier release says nothing about itself. */
async function measure(name: string, deflated: Uint8Array): Promise<LoadedDocument> {
  const hash = createHash('sha256');
  let size = 0;
  for await (const chunk of inflateWhole(name, deflated)) {
    hash.update(chunk);
    size += chunk.length;
  }
  const filter = noFilter;
  return { kind: 'document', sha256: hash.digest('hex'), size, pieces: 1, filter, mayAssert: mayAssertAll };
}

async function* inflateWhole(name: string, deflated: Uint8Array): AsyncGenerator<Uint8Array, undefined> {
  const inflating = createInflate();
  inflating.end(deflated);
  try {
    for await (const chunk of inflating) yield chunk as Buffer;
  } catch (cause) {
    throw withAdvice(name, cause);
  }
}

async function* readDocument(
  sealed: SealedRecords,
  keys: SealingKeys,
  name: string,
  { sha256 }: LoadedDocument,
): AsyncGenerator<Uint8Array, undefined> {
  const record = await sealed.find(manifestKind, name);
  const content = record && openManifest(keys, record).content;
  if (content?.kind === 'whole') {
    yield* inflateWhole(name, content.deflated);
    return;
  }
  if (content?.kind !== 'pieces' || content.sha256 !== sha256) throw changedMeanwhile(name);
  try {
    yield* readPieces(sealed, keys, name, content);
  } catch (cause) {
    const now = await sealed.find(manifestKind, name);
    throw loadOf(keys, now) === content.load ? withAdvice(name, cause) : changedMeanwhile(name);
  }
}

function changedMeanwhile(name: string): GakumonError {
  return new GakumonError('store-unavailable', { detail: `"${name}" was replaced or removed while it was read` });
}

async function saveDocument(
  sealed: SealedRecords,
  keys: SealingKeys,
  { name, loadedAt }: Pick<LoadedSource, 'name' | 'loadedAt'>,
  { document, filter, mayAssert }: Extract<SavedContent, { document: unknown }>,
): Promise<void> {
  const begun = performance.now();
  const place = { source: name, load: randomUUID() };
  const written = await writePieces(sealed, keys, place, document).catch(async (error: unknown) => {
    await leaveToSweep(removePieces(sealed, place));
    throw error;
  });
  const there = await listPiecesOf(sealed, place);
  if (performance.now() - begun > longestLoad || there.length !== written.pieces.length) {
    await leaveToSweep(removePieces(sealed, place));
    throw new GakumonError('store-unavailable', { detail: `"${name}" was not stored within an hour` });
  }
  // Whether a manifest was written whose answer got lost is not known here, so its pieces stay.
  await commit(sealed, keys, name, { loadedAt, content: { kind: 'pieces', ...written, filter, mayAssert } });
}

/** Puts a manifest into force, if it is one that every node will believe. */
async function commit(sealed: SealedRecords, keys: SealingKeys, name: string, manifest: Manifest): Promise<void> {
  const octets = encodeManifest(manifest);
  requireReadable(name, octets);
  const load = loadOf(keys, await replaceSealed(sealed, keys, { kind: manifestKind, name, octets }));
  if (load !== undefined) await leaveToSweep(removePieces(sealed, { source: name, load }));
}

/** @throws GakumonError `internal` for a definition that no node would follow */
function requireReadable(name: string, octets: Buffer): void {
  try {
    decodeManifest(name, octets);
  } catch (cause) {
    throw new GakumonError('internal', { detail: `"${name}" cannot be kept in the records: ${cause}`, cause });
  }
}

/** Nothing refers to it, so that it is still there does no harm. */
async function leaveToSweep(removal: Promise<unknown>): Promise<void> {
  await removal.catch(() => {});
}
