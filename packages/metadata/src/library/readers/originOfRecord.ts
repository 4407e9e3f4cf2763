import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { GakumonError } from '@gakumon/terms';
import type { LoadedDocument, LoadedSource, SourceRecords } from '../../ports.ts';
import type { MetadataSource } from '../../sources/source.ts';
import type { DocumentOrigin } from '../documentOrigin.ts';
import { mostInThisProcess } from '../intake/chooseIntake.ts';
import { documentFile } from '../intake/documentFile.ts';

/**
 * A document that was loaded by hand, as a source. It was verified when it was loaded, and the records vouch that it is
 * what was loaded then; so here it is read as it is.
 */
export function sourceOfRecord(name: string, { filter, mayAssert }: LoadedDocument): MetadataSource {
  return {
    name,
    origin: { kind: 'file', path: 'records' },
    signers: [],
    unsigned: true,
    allowSha1: false,
    maxValidity: undefined,
    filter,
    mayAssert,
    refresh: 0,
    guard: { mostLost: 1 },
  };
}

/** The document is named by its SHA-256: a node that has taken it in does not read it again. */
export function originOfRecord(
  records: SourceRecords,
  { name }: Pick<LoadedSource, 'name'>,
  document: LoadedDocument,
): DocumentOrigin {
  return {
    label: `records ${name}`,
    look: async () => document.sha256,
    from: async (into) => {
      const file = join(into, documentFile);
      await writePieces(records.readDocument(name, document), file, document, name);
      return { file };
    },
    isSmall: async () => document.size <= mostInThisProcess,
    guard: 'never',
  };
}

async function writePieces(
  pieces: AsyncIterable<Uint8Array>,
  file: string,
  { sha256, size }: LoadedDocument,
  name: string,
): Promise<void> {
  const hash = createHash('sha256');
  let octets = 0;
  const handle = await open(file, 'wx', 0o600);
  try {
    for await (const piece of pieces) {
      octets += piece.length;
      if (octets > size) break;
      hash.update(piece);
      await handle.writeFile(piece);
    }
  } finally {
    await handle.close();
  }
  if (octets !== size || hash.digest('hex') !== sha256) {
    const detail = `what is kept of ${name} in the records is not what was loaded; it may just be replaced`;
    throw new GakumonError('store-unavailable', { detail });
  }
}
