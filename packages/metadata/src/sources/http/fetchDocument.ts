import { createHash } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import { fileTrouble, GakumonError } from '@gakumon/terms';
import { type DocumentQuestion, openDocument, type Pieces } from './openDocument.ts';
import type { HttpValidators } from './validators.ts';

export type FetchResult =
  | {
      readonly kind: 'fetched';
      readonly validators: HttpValidators;
      /** Of the document, unpacked. */
      readonly size: number;
      /** Lower-case hex. */
      readonly sha256: string;
    }
  | { readonly kind: 'unchanged' };

/**
 * Fetches a metadata document into a file, which must not be there yet. When it fails nothing stays there.
 * @throws GakumonError as openDocument does; `file-unreadable` when the file can't be written
 */
export async function fetchDocument(question: DocumentQuestion & { readonly file: string }): Promise<FetchResult> {
  const opened = await openDocument(question);
  if (opened.kind === 'unchanged') return opened;
  const written = await writePieces(opened.pieces, question.file);
  return { kind: 'fetched', validators: opened.validators, ...written };
}

async function writePieces(pieces: Pieces, file: string): Promise<{ readonly size: number; readonly sha256: string }> {
  const write = async <T>(what: () => Promise<T>): Promise<T> =>
    what().catch(async (cause: unknown) => {
      await pieces.return();
      throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(cause)}`, cause });
    });
  const handle = await write(() => open(file, 'wx', 0o600));
  let isWhole = false;
  try {
    const hash = createHash('sha256');
    let size = 0;
    for await (const piece of pieces) {
      hash.update(piece);
      size += piece.length;
      await write(() => handle.writeFile(piece));
    }
    isWhole = true;
    return { size, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
    if (!isWhole) await rm(file, { force: true });
  }
}

/**
 * Fetches a document that is small by its limits into memory.
 * @throws GakumonError as openDocument does
 */
export async function fetchOctets(question: Omit<DocumentQuestion, 'validators'>): Promise<Buffer> {
  const opened = await openDocument(question);
  if (opened.kind === 'unchanged') throw new GakumonError('metadata-fetch', { detail: question.url });
  const pieces: Uint8Array[] = [];
  for await (const piece of opened.pieces) pieces.push(piece);
  return Buffer.concat(pieces);
}
