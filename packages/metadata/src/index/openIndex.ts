import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync, readSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { XmlElement } from '@gakumon/saml';
import type { Inherited } from '../reading/entities.ts';
import { damaged } from './damaged.ts';
import { entitiesFileName } from './entitiesFile.ts';
import { indexFileName, readIndexFile } from './indexFile.ts';
import type { IndexedEntity, MetadataIndex } from './metadataIndex.ts';
import { parseEntity } from './parseEntity.ts';
import { doAtOnce, doInTurns } from './steps.ts';

/** A stored copy that is open for reading. */
export type OpenIndex = {
  readonly index: MetadataIndex;
  /**
   * Reads one entity of the index from the disk: its element, and beside it what the groups around it say (`readEntity`
   * adds what it says itself).
   * @throws GakumonError `metadata-damaged` when its octets are not those that were verified
   */
  readonly read: (entity: IndexedEntity) => Inherited & { readonly element: XmlElement };
  readonly close: () => void;
};

/**
 * Opens what `indexDocument` wrote. Only the index is read; the entities stay on the disk.
 * @throws GakumonError `metadata-damaged` when it is not what was written, or not there
 */
export function openIndex(directory: string): OpenIndex {
  const descriptor = openEntities(directory);
  try {
    const octets = readFileSync(join(directory, indexFileName));
    return openAs(descriptor, doAtOnce(readIndexFile(directory, octets, fstatSync(descriptor).size)));
  } catch (error) {
    closeSync(descriptor);
    throw asDamaged(directory, error);
  }
}

/** The same while the event loop serves others: ten thousand entities are some dozen turns. */
export async function openIndexInTurns(directory: string): Promise<OpenIndex> {
  const descriptor = openEntities(directory);
  try {
    const octets = await readFile(join(directory, indexFileName));
    return openAs(descriptor, await doInTurns(readIndexFile(directory, octets, fstatSync(descriptor).size)));
  } catch (error) {
    closeSync(descriptor);
    throw asDamaged(directory, error);
  }
}

function openEntities(directory: string): number {
  try {
    return openSync(join(directory, entitiesFileName), 'r');
  } catch (error) {
    throw asDamaged(directory, error);
  }
}

function openAs(descriptor: number, index: MetadataIndex): OpenIndex {
  return {
    index,
    read: (entity) => parseEntity(readOctets(descriptor, entity), index, entity),
    close: () => closeSync(descriptor),
  };
}

const asDamaged = (directory: string, error: unknown): unknown =>
  isDamaged(error) ? error : damaged(`the copy in ${directory} cannot be read`, error);

function isDamaged(error: unknown): boolean {
  return typeof error === 'object' && error !== null && 'code' in error && error.code === 'metadata-damaged';
}

function readOctets(descriptor: number, { entityId, offset, length, sha256 }: IndexedEntity): Uint8Array {
  const octets = Buffer.allocUnsafe(length);
  let filled = 0;
  while (filled < length) {
    const count = readSync(descriptor, octets, filled, length - filled, offset + filled);
    if (count === 0) break;
    filled += count;
  }
  if (filled < length || createHash('sha256').update(octets).digest('base64url') !== sha256) {
    throw damaged(`the octets of ${entityId} are not those that were verified`);
  }
  return octets;
}
