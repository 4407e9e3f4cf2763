import { createHash } from 'node:crypto';

/**
 * The name of the source that an added SP is: what can be read of its entityID, and a hash, so that no two share one.
 */
export function addedSourceName(entityId: string): string {
  const readable = entityId
    .replace(/^[a-z][a-z0-9+.-]*:\/*/i, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const hash = createHash('sha256').update(entityId).digest('hex');
  return `sp-${readable.slice(0, 40)}-${hash.slice(0, 16)}`;
}
