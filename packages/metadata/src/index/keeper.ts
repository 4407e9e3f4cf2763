import { createHash, type Hash } from 'node:crypto';
import { createEntitiesFile } from './entitiesFile.ts';

/**
 * Keeps the octets of a document that is taken in, in their order: hashes the document as it came, writes its canonical
 * form to the file `entities`, and hashes each entity in it. Any of its functions throws what the file system says.
 */
export type Keeper = {
  /** Octets of the document as it came. */
  readonly document: (octets: Uint8Array) => void;
  /** Octets of its canonical form, which stay as they are until they are written. */
  readonly canonical: (octets: Uint8Array) => void;
  /** The next canonical octet is the first of an entity. @returns the place of its hash in `entities` of what is kept */
  readonly beginEntity: () => number;
  /** The last canonical octet was the last of the entity. */
  readonly endEntity: () => void;
  /** Writes what there is. */
  readonly flush: () => void;
  /** Fulfilled when all of it is on the disk. */
  readonly finish: () => Promise<Kept>;
  /** In any case the last call. */
  readonly close: () => Promise<void>;
};

/** The hashes (SHA-256) of what was kept. */
export type Kept = {
  /** Of the document as it came, lower-case hex. */
  readonly document: string;
  /** Of the very octets of each entity that are in the file, base64url. */
  readonly entities: readonly string[];
};

/**
 * Keeps octets in this thread.
 * @param directory gets the file
 * @throws the error of the file system, when there is such a file already, too
 */
export function createKeeper(directory: string): Keeper {
  const file = createEntitiesFile(directory);
  const document = createHash('sha256');
  const entities: string[] = [];
  let begun = 0;
  let entity: Hash | undefined;

  return {
    document: (octets) => void document.update(octets),
    canonical: (octets) => {
      entity?.update(octets);
      file.write(octets);
    },
    beginEntity: () => {
      entity = createHash('sha256');
      return begun++;
    },
    endEntity: () => {
      if (entity !== undefined) entities.push(entity.digest('base64url'));
      entity = undefined;
    },
    flush: file.flush,
    finish: async () => {
      await file.finish();
      return { document: document.digest('hex'), entities };
    },
    close: file.close,
  };
}
