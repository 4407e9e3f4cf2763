import type { SealingKeys } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import { hours } from '@gakumon/terms';
import { type PieceName, parsePieceName, pieceKind, removePieces } from './documentPieces.ts';
import { manifestKind, openManifest } from './manifests.ts';

/** Longer than any load may take, milliseconds of this process: no two clocks are compared. */
const patience = hours(2);

/** A thief can put in pieces that belong to nothing, and only so many are kept in mind at a time. */
const mostSuspects = 1_000;

type Load = Pick<PieceName, 'source' | 'load'>;

/**
 * Makes the sweep of pieces that no manifest refers to. It takes away what it has seen without one for longer than a load
 * may take, so that it never meets a load under way; a node that runs for less leaves that to another one.
 * @param elapsed milliseconds since any moment
 */
export function createPieceSweep(
  sealed: SealedRecords,
  keys: SealingKeys,
  elapsed: () => number = () => performance.now(),
): () => Promise<number> {
  let suspects: ReadonlyMap<string, number> = new Map();
  return async () => {
    const left = await listUnreferred(sealed, keys);
    const now = elapsed();
    suspects = new Map([...left.keys()].slice(0, mostSuspects).map((key) => [key, suspects.get(key) ?? now] as const));
    let removed = 0;
    for (const [key, since] of suspects) {
      const load = left.get(key);
      if (load === undefined || now - since < patience || !(await isUnreferred(sealed, keys, load))) continue;
      removed += await removePieces(sealed, load);
    }
    return removed;
  };
}

async function listUnreferred(sealed: SealedRecords, keys: SealingKeys): Promise<ReadonlyMap<string, Load>> {
  const loads = new Map<string, Load>();
  for (const { name } of await sealed.listRevisions(pieceKind)) {
    // What another release names differently is left to that one
    const piece = parsePieceName(name);
    if (piece !== undefined) loads.set(`${piece.load} ${piece.source}`, { load: piece.load, source: piece.source });
  }
  for (const [key, load] of loads) if (!(await isUnreferred(sealed, keys, load))) loads.delete(key);
  return loads;
}

/** A manifest that does not open here may be one of another key, or of a later release: its pieces stay. */
async function isUnreferred(sealed: SealedRecords, keys: SealingKeys, { source, load }: Load): Promise<boolean> {
  const record = await sealed.find(manifestKind, source);
  if (record === undefined) return true;
  try {
    const { content } = openManifest(keys, record);
    return content.kind !== 'pieces' || content.load !== load;
  } catch {
    return false;
  }
}
