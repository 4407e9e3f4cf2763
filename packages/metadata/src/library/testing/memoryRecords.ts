import { createHash } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';
import type { LoadedSource, MetadataEntry, SavedContent, SourceRecords } from '../../ports.ts';

type Kept = { readonly loaded: LoadedSource; readonly octets: Buffer; readonly revision: string };

/** Records in this process, with the store's contract, and what can happen to it. */
export function memoryRecords() {
  const kept = new Map<string, Kept>();
  let writes = 0;
  const records = {
    fail: false,
    failFinding: false,
    failReading: false,
    listed: 0,
    found: 0,
    read: 0,
    spoilt: new Set<string>(),
    /** Octets that somebody put in place of a document's. */
    forged: new Map<string, Buffer>(),
    /** Undefined: it grows as it should. */
    reused: undefined as string | undefined,
    octetsOf: (name: string): Buffer => kept.get(name)?.octets ?? Buffer.alloc(0),
    list: async (): Promise<MetadataEntry[]> => {
      records.listed += 1;
      const names = [...kept.keys()].sort();
      return names.map((name) => ({ name, revision: kept.get(name)?.revision ?? '' }));
    },
    find: async (name: string): Promise<LoadedSource | undefined> => {
      if (records.failFinding) throw new GakumonError('store-unavailable', { detail: 'db: refused' });
      if (records.spoilt.has(name)) throw new GakumonError('secret-unopenable', { detail: name });
      records.found += 1;
      return kept.get(name)?.loaded;
    },
    async *readDocument(name: string): AsyncGenerator<Uint8Array> {
      if (records.failReading) throw new GakumonError('store-unavailable', { detail: 'db: gone in the middle' });
      records.read += 1;
      const octets = records.forged.get(name) ?? records.octetsOf(name);
      for (let at = 0; at < octets.length; at += 100) yield octets.subarray(at, at + 100);
    },
    save: async (name: string, loadedAt: number, content: SavedContent): Promise<void> => {
      const octets = 'source' in content ? Buffer.alloc(0) : await collect(content.document);
      writes += 1;
      const loaded: LoadedSource = {
        name,
        loadedAt,
        content: 'source' in content ? { kind: 'source', source: content.source } : describe(octets, content),
      };
      kept.set(name, { loaded, octets, revision: `${writes}` });
    },
    remove: async (name: string): Promise<boolean> => {
      writes += 1;
      return kept.delete(name);
    },
    generation: async (): Promise<string> => {
      if (records.fail) throw new Error('the store is down');
      return records.reused ?? `${writes}`;
    },
  } satisfies SourceRecords & Record<string, unknown>;
  return records;
}

function describe(octets: Buffer, { filter, mayAssert }: Extract<SavedContent, { document: unknown }>) {
  const sha256 = createHash('sha256').update(octets).digest('hex');
  return { kind: 'document', sha256, size: octets.length, pieces: 1, filter, mayAssert } as const;
}

async function collect(pieces: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const piece of pieces) all.push(piece);
  return Buffer.concat(all);
}
