import { GakumonError } from '@gakumon/terms';

/** A stored copy is not what was written. */
export function damaged(detail: string, cause?: unknown): GakumonError {
  return new GakumonError('metadata-damaged', { detail, cause });
}
