import type { IndexedEntity } from './metadataIndex.ts';

/**
 * The entities of a document while it is cut, as JSON: ten thousand of them are a few megabytes so, they keep nothing of
 * the pieces of the document in memory, and they are written to the disk as they are.
 */
export type EntityList = {
  /** @param place of its hash among those of all entities that were hashed */
  readonly add: (entity: UnhashedEntity, place: number) => void;
  readonly counts: () => EntityCounts;
  /** A JSON array of IndexedEntity, in parts. */
  readonly parts: (hashes: readonly string[]) => Iterable<string>;
};

/** An entity whose octets may still be on their way to the file. */
export type UnhashedEntity = Omit<IndexedEntity, 'sha256'>;

export type EntityCounts = { readonly entities: number; readonly serviceProviders: number };

export function createEntityList(): EntityList {
  const texts: string[] = [];
  const places: number[] = [];
  let serviceProviders = 0;
  return {
    add: (entity, place) => {
      texts.push(JSON.stringify(entity).slice(0, -1));
      places.push(place);
      if (entity.isServiceProvider) serviceProviders += 1;
    },
    counts: () => ({ entities: texts.length, serviceProviders }),
    parts: function* (hashes) {
      for (const [at, text] of texts.entries()) {
        const sha256 = hashes[places[at] ?? -1];
        if (sha256 === undefined) throw new TypeError('an entity was not hashed');
        yield `${at === 0 ? '[' : ','}${text},"sha256":"${sha256}"}`;
      }
      yield texts.length === 0 ? '[]' : ']';
    },
  };
}
