import { aggregateXmlLimits, type CanonicalSink, canonicaliseStream, verifyEnvelopedStream } from '@gakumon/saml';
import { GakumonError } from '@gakumon/terms';
import { summariseWarnings } from '../reading/warnings.ts';
import type { MetadataSource } from '../sources/source.ts';
import { judgeValidity } from '../trust/judgeValidity.ts';
import { listSignerWarnings, type PinnedKey } from '../trust/pinnedKeys.ts';
import { createSignatureReport } from '../trust/signatureReport.ts';
import { trustStampOf } from '../trust/trustStamp.ts';
import { type Cut, createEntityCutter } from './entityCutter.ts';
import type { EntityCounts } from './entityList.ts';
import { writeIndexFile } from './indexFile.ts';
import { createKeeper } from './keeper.ts';
import { createKeeperBeside } from './keeperBeside.ts';
import type { DocumentFacts, MetadataIndex } from './metadataIndex.ts';

/** What a document is judged by and where it goes. */
export type IndexOptions = {
  readonly source: Omit<MetadataSource, 'origin'>;
  /** The pinned keys of the source's signers; empty only where the source is believed unsigned. */
  readonly keys: readonly PinnedKey[];
  /** Milliseconds; the time that it is judged by. */
  readonly now: number;
  /** An empty directory. */
  readonly into: string;
  /** A second thread hashes and writes: for large documents, and not in a process that has other work. */
  readonly beside?: boolean | undefined;
  /** Called with the octets of the document that were read so far. */
  readonly onProgress?: ((octets: number) => void) | undefined;
  readonly signal?: AbortSignal | undefined;
};

/** What came of a document; the rest of it is in the directory. */
export type IndexedDocument = EntityCounts & {
  readonly facts: DocumentFacts;
  readonly warnings: MetadataIndex['warnings'];
};

type Pieces = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/** What federations sign with beyond what messages may have. */
const allowances = { allowEmptyUri: true, allowInclusive: true } as const;
const limits = aggregateXmlLimits;

/**
 * Verifies a metadata document that comes in pieces, cuts it into entities and indexes them, in one pass and in constant
 * memory. Writes `entities`, the canonical octets that were hashed, and then `index.json`: until that is there, nothing
 * in the directory counts.
 *
 * @throws GakumonError `metadata-trust-undecided` with neither keys nor `unsigned`; `metadata-signature` when no pinned key
 * signed all of it; `metadata-validity` when validUntil is missing or too far ahead; `metadata-expired`; `metadata-invalid` when it is no
 * metadata, or its validUntil can't be read; `metadata-empty` when there is no usable service provider in it (the detail says what became of the others);
 * `xml-…`; and whatever the pieces and the signal throw
 */
export async function indexDocument(pieces: Pieces, options: IndexOptions): Promise<IndexedDocument> {
  const { source, keys, now, into } = options;
  if (keys.length === 0 && !source.unsigned)
    throw new GakumonError('metadata-trust-undecided', { detail: source.name });
  const keeper = (options.beside === true ? createKeeperBeside : createKeeper)(into);
  try {
    const cutter = createEntityCutter(source, now, keeper);
    const document = createDocumentWatch(keeper.document, options);
    const sink = { write: keeper.canonical, before: cutter.before, after: cutter.after };
    const signer = await read(document.watch(pieces), options, sink);
    const cut = cutter.finish();
    judgeValidity(cut.validUntil, { signed: signer !== undefined, now, maxValidity: source.maxValidity });
    requireServiceProvider(cut, source.name);
    const kept = await keeper.finish();
    const facts: DocumentFacts = {
      sha256: kept.document,
      size: document.size(),
      validUntil: cut.validUntil,
      cacheDuration: cut.cacheDuration,
      signer: signer?.fingerprint,
      acceptedAt: now,
      trust: trustStampOf(
        source,
        keys.map(({ fingerprint }) => fingerprint),
      ),
    };
    const { contexts, entities } = cut;
    const warnings = [...listSignerWarnings(keys, now).map(aboutDocument), ...cut.warnings];
    writeIndexFile(into, { version: 1, facts, contexts, entities, hashes: kept.entities, warnings });
    return { facts, ...entities.counts(), warnings };
  } finally {
    await keeper.close();
  }
}

async function read(
  pieces: Pieces,
  { source, keys }: IndexOptions,
  sink: CanonicalSink,
): Promise<PinnedKey | undefined> {
  if (keys.length === 0) {
    await canonicaliseStream(pieces, limits, sink);
    return undefined;
  }
  const report = createSignatureReport(keys);
  const publicKeys = keys.map(({ certificate }) => certificate.publicKey);
  const options = { ...limits, ...allowances, allowSha1: source.allowSha1 };
  try {
    const { key } = await verifyEnvelopedStream(pieces, publicKeys, options, { ...sink, claimed: report.see });
    return keys[publicKeys.indexOf(key)];
  } catch (error) {
    throw report.explain(error);
  }
}

function aboutDocument(message: string): MetadataIndex['warnings'][number] {
  return { entityId: undefined, message };
}

/** @throws GakumonError `metadata-empty` */
function requireServiceProvider({ entities, warnings }: Cut, source: string): void {
  const counts = entities.counts();
  if (counts.serviceProviders > 0) return;
  const passed =
    counts.entities > 0 ? `none of its ${counts.entities} entities is a service provider` : 'no entity of it counts';
  const reasons = summariseWarnings(warnings.map((one) => ({ ...one, source })));
  throw new GakumonError('metadata-empty', { detail: [source, passed, reasons].filter(Boolean).join(': ') });
}

/** Counts and keeps the document as it comes. */
function createDocumentWatch(keep: (octets: Uint8Array) => void, { onProgress, signal }: IndexOptions): DocumentWatch {
  let size = 0;
  return {
    watch: async function* (pieces) {
      for await (const piece of pieces) {
        signal?.throwIfAborted();
        keep(piece);
        size += piece.length;
        yield piece;
        onProgress?.(size);
      }
    },
    size: () => size,
  };
}

type DocumentWatch = {
  readonly watch: (pieces: Pieces) => AsyncIterable<Uint8Array>;
  readonly size: () => number;
};
