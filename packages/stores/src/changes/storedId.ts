import type { StoredId } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';

/** A value names one person at one SP for ever: in force for somebody else, or deactivated, it is never given again. */
export function refuseTaken({ peerEntity, localId }: StoredId): never {
  throw new GakumonError('store-unavailable', {
    detail: `the stored identifier for ${localId} at ${peerEntity} is taken already, or was deactivated meanwhile`,
  });
}
