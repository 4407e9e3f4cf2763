import { GakumonError } from '@gakumon/terms';
import { detachedData } from './detached.ts';
import { longestContext, longestContexts, mostContexts } from './entityLimits.ts';
import type { EntityContext } from './metadataIndex.ts';

/** The surroundings of the entities of a document, each kept once. */
export type Contexts = {
  /** @returns its place in the list. @throws GakumonError `xml-limit` when there are too many, or too large ones */
  readonly place: (context: EntityContext) => number;
  readonly list: () => readonly EntityContext[];
};

export function createContexts(): Contexts {
  const contexts: EntityContext[] = [];
  const places = new Map<string, number>();
  let size = 0;
  return {
    place: (context) => {
      const key = JSON.stringify(context);
      const known = places.get(key);
      if (known !== undefined) return known;
      if (contexts.length >= mostContexts) {
        throw new GakumonError('xml-limit', { detail: `entities in more than ${mostContexts} different surroundings` });
      }
      size += key.length;
      if (key.length > longestContext || size > longestContexts) {
        throw new GakumonError('xml-limit', {
          detail: `what groups say for their members (categories, xml: attributes) takes more than ${longestContext} characters of one, or ${longestContexts} of all`,
        });
      }
      places.set(key, contexts.length);
      return contexts.push(detachedData(context)) - 1;
    },
    list: () => contexts,
  };
}
