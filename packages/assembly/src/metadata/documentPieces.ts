import { createHash, hash } from 'node:crypto';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { promisify } from 'node:util';
import { deflate, inflate } from 'node:zlib';
import { openAtRest, type SealingKeys, sealAtRest } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import { GakumonError } from '@gakumon/terms';
import { cutIntoPieces, pieceOctets } from './cutIntoPieces.ts';
import type { PiecesManifest } from './manifestFormat.ts';

export const pieceKind = 'metadata-piece';

/** A gigabyte. What is loaded has been verified before, with bounds of its own. */
const mostPieces = 1_024;

/** Metadata shrinks to a fifth, and hardly less at a higher level, which costs three times as much. */
const compress = promisify<Uint8Array, { level: number }, Buffer>(deflate);
const decompress = promisify<Uint8Array, { maxOutputLength: number }, Buffer>(inflate);

/** Which piece of which load of which source: sealed under this name, it passes for no other one. */
export type PieceName = { readonly load: string; readonly index: number; readonly source: string };

/** In the order of a load. */
export function writePieceName({ load, index, source }: PieceName): string {
  return `${load} ${String(index).padStart(5, '0')} ${source}`;
}

/** @returns undefined for what this release does not write */
export function parsePieceName(name: string): PieceName | undefined {
  const [, load, index, source] = /^([0-9a-f-]{36}) ([0-9]{5}) (.*)$/s.exec(name) ?? [];
  if (load === undefined || source === undefined) return undefined;
  return { load, index: Number(index), source };
}

/**
 * Seals a document piece by piece, under names that nothing refers to yet.
 * @throws GakumonError `store-unavailable`, `metadata-invalid` for one beyond a gigabyte, and what `document` throws
 */
export async function writePieces(
  sealed: SealedRecords,
  keys: SealingKeys,
  { source, load }: Pick<PieceName, 'source' | 'load'>,
  document: AsyncIterable<Uint8Array>,
): Promise<Pick<PiecesManifest, 'load' | 'sha256' | 'size' | 'pieces'>> {
  const whole = createHash('sha256');
  const pieces: string[] = [];
  let size = 0;
  for await (const plain of cutIntoPieces(document)) {
    if (pieces.length >= mostPieces) throw new GakumonError('metadata-invalid', { detail: 'it is beyond a gigabyte' });
    const name = writePieceName({ source, load, index: pieces.length });
    whole.update(plain);
    pieces.push(hash('sha256', plain));
    size += plain.length;
    const record = sealAtRest(keys, pieceKind, name, await compress(plain, { level: 1 }));
    const isNew = await sealed.replace(record, undefined);
    if (!isNew) throw new GakumonError('internal', { detail: `a piece was there already: ${name}` });
  }
  return { load, sha256: whole.digest('hex'), size, pieces };
}

/**
 * The octets of a document, a piece at a time.
 * @throws GakumonError `secret-unopenable` for a piece that is missing, or that is not the one that was written
 */
export async function* readPieces(
  sealed: SealedRecords,
  keys: SealingKeys,
  source: string,
  { load, pieces, sha256, size }: PiecesManifest,
): AsyncGenerator<Buffer, undefined> {
  const whole = createHash('sha256');
  let octets = 0;
  for (const [index, expected] of pieces.entries()) {
    const name = writePieceName({ source, load, index });
    const record = await sealed.find(pieceKind, name);
    if (record === undefined) refuse(`piece ${index + 1} of ${pieces.length} is missing`);
    const plain = await decompress(openAtRest(keys, record), { maxOutputLength: pieceOctets });
    if (hash('sha256', plain) !== expected) refuse(`piece ${index + 1} of ${pieces.length} is another one`);
    whole.update(plain);
    octets += plain.length;
    yield plain;
  }
  if (octets !== size || whole.digest('hex') !== sha256) refuse('its pieces together are another document');
}

function refuse(detail: string): never {
  throw new GakumonError('secret-unopenable', { detail });
}

/** Takes away the pieces of a load that nothing refers to. @returns how many there were */
export async function removePieces(
  sealed: SealedRecords,
  { source, load }: Pick<PieceName, 'source' | 'load'>,
): Promise<number> {
  const names = await listPiecesOf(sealed, { source, load });
  for (const name of names) {
    await sealed.remove(pieceKind, name);
    // SQLite does it at once: logins get their turn in between.
    await nextTurn();
  }
  return names.length;
}

/** The names of the pieces of a load, in their order. */
export async function listPiecesOf(
  sealed: SealedRecords,
  { source, load }: Pick<PieceName, 'source' | 'load'>,
): Promise<readonly string[]> {
  const rows = await sealed.listRevisions(pieceKind);
  return rows
    .map(({ name }) => name)
    .filter((name) => {
      const piece = parsePieceName(name);
      return piece?.load === load && piece.source === source;
    });
}
