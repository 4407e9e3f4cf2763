import { createHmac } from 'node:crypto';
import type { AttemptId, EntityId, SessionId } from '@gakumon/terms';
import type { SealingKeys } from './sealingKeys.ts';

/** One answer: to an attempt, within a session, to an SP. */
export type Answered = { readonly attempt: AttemptId; readonly session: SessionId; readonly entityId: EntityId };

/**
 * The value of a transient NameID: another one in each answer, which leads nobody back (SAML Core 8.3.8). It is computed,
 * so that copies of one request that are answered at once write the same visit, whichever of them wins.
 * @returns `_` and 32 hexadecimal digits
 */
export function transientIdFor({ current }: SealingKeys, { attempt, session, entityId }: Answered): string {
  const mac = createHmac('sha256', current.transientId).update(JSON.stringify([attempt, session, entityId]));
  return `_${mac.digest('hex').slice(0, 32)}`;
}
