import { type EntityReading, type IndexedEntity, openReadableCopy, type SourceState } from '@gakumon/metadata';

/** What one source tells of an entity. */
export type Telling = {
  readonly state: SourceState;
  readonly entity: IndexedEntity;
  readonly reading: EntityReading;
  /** A document of its own. */
  readonly xml: string;
};

/**
 * What each source tells of an entity, in whatever role and whether or not it has expired, the most trusted first.
 * @throws GakumonError `metadata-damaged`
 */
export function listTellings(states: readonly SourceState[], entityId: string): readonly Telling[] {
  return states.flatMap((state) =>
    state.documents.flatMap(({ current }): Telling[] => {
      if (current === undefined) return [];
      const copy = openReadableCopy(current.directory, state.source);
      try {
        const entity = copy.index.entities.find((one) => one.entityId === entityId);
        return entity === undefined ? [] : [{ state, entity, reading: copy.look(entity), xml: copy.textOf(entity) }];
      } finally {
        copy.close();
      }
    }),
  );
}
