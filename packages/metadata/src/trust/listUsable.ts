import type { MetadataIndex } from '../index/metadataIndex.ts';

/**
 * The entityIDs of the service providers of a document that somebody can log in to at a time, for the guard: neither
 * expired, nor named without an endpoint that can be used.
 * @param now milliseconds
 */
export function listUsable({ entities }: Pick<MetadataIndex, 'entities'>, now: number): readonly string[] {
  return entities
    .filter(({ isServiceProvider, validUntil }) => isServiceProvider && (validUntil === undefined || validUntil > now))
    .map(({ entityId }) => entityId);
}
