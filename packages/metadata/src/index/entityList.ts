import type { IndexedEntity } from './metadataIndex.ts';

/**
 * The entities of a document while it is cut, as JSON: ten thousand of them are a few megabytes so, they keep nothing of
 * the pieces of the document in memory, and they are written to the disk as they are.
 */
export type EntityList = {
  readonly add: (entity: IndexedEntity) => void;
  readonly counts: () => EntityCounts;
  /** A JSON array, in parts. */
  readonly parts: () => Iterable<string>;
};

export type EntityCounts = { readonly entities: number; readonly serviceProviders: number };

export function createEntityList(): EntityList {
  const texts: string[] = [];
  let serviceProviders = 0;
  return {
    add: (entity) => {
      texts.push(JSON.stringify(entity));
      if (entity.isServiceProvider) serviceProviders += 1;
    },
    counts: () => ({ entities: texts.length, serviceProviders }),
    parts: function* () {
      yield '[';
      for (const [at, text] of texts.entries()) yield at === 0 ? text : `,${text}`;
      yield ']';
    },
  };
}
