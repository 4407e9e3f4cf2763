import { createHash } from 'node:crypto';
import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { join } from 'node:path';
import type { XmlElement } from '@gakumon/saml';
import type { Inherited } from '../reading/entities.ts';
import { damaged } from './damaged.ts';
import { entitiesFileName } from './entitiesFile.ts';
import { readIndexFile } from './indexFile.ts';
import type { IndexedEntity, MetadataIndex } from './metadataIndex.ts';
import { parseEntity } from './parseEntity.ts';

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
  const path = join(directory, entitiesFileName);
  let descriptor: number | undefined;
  try {
    descriptor = openSync(path, 'r');
    const opened = descriptor;
    const index = readIndexFile(directory, fstatSync(opened).size);
    return {
      index,
      read: (entity) => parseEntity(readOctets(opened, entity), index, entity),
      close: () => closeSync(opened),
    };
  } catch (error) {
    if (descriptor !== undefined) closeSync(descriptor);
    throw isDamaged(error) ? error : damaged(`the copy in ${directory} cannot be read`, error);
  }
}

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
