import { GakumonError } from '@gakumon/terms';
import { longestEntities, mostCategories } from './entityLimits.ts';
import type { IndexedEntity } from './metadataIndex.ts';

/**
 * The entities of a document while it is cut, as JSON: ten thousand of them are a few megabytes so, they keep nothing of
 * the pieces of the document in memory, and they are written to the disk as they are.
 */
export type EntityList = {
  /**
   * @param place of its hash among those of all entities that were hashed
   * @param inherited how many categories its groups give it
   * @throws GakumonError `xml-limit` when an index would be too large
   */
  readonly add: (entity: UnhashedEntity, place: number, inherited: number) => void;
  readonly counts: () => EntityCounts;
  /** A JSON array of IndexedEntity, in parts. */
  readonly parts: (hashes: readonly string[]) => Iterable<string>;
};

/** An entity whose octets may still be on their way to the file; without the categories of its groups. */
export type UnhashedEntity = Omit<IndexedEntity, 'sha256'>;

export type EntityCounts = { readonly entities: number; readonly serviceProviders: number };

const tooLarge = (detail: string): GakumonError => new GakumonError('xml-limit', { detail });

export function createEntityList(): EntityList {
  const texts: string[] = [];
  const places: number[] = [];
  let serviceProviders = 0;
  let characters = 0;
  let categories = 0;
  return {
    add: (entity, place, inherited) => {
      const text = JSON.stringify(entity).slice(0, -1);
      characters += text.length;
      if (entity.categories.length > 0) categories += entity.categories.length + inherited;
      if (characters > longestEntities)
        throw tooLarge(`what is kept of its entities takes more than ${longestEntities} characters`);
      if (categories > mostCategories)
        throw tooLarge(`its entities have more than ${mostCategories} categories, those of their groups included`);
      texts.push(text);
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
