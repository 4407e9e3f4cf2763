import { type AttemptId, GakumonError } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { seal, unseal } from '../seal/seal.ts';
import { attemptLifetime } from '../seal/sealAttempt.ts';

/** Somebody's wish to see the pages about themselves. Says what was asked, never what was proved. */
export type PortalAttempt = {
  readonly id: AttemptId;
  /** Milliseconds. */
  readonly receivedAt: number;
};

const purpose = 'portal attempt';

export function beginPortal(idp: Pick<Idp, 'clock' | 'newId'>): PortalAttempt {
  return { id: idp.newId() as AttemptId, receivedAt: idp.clock() };
}

/** Seals an attempt for a hidden field or an address; it is short. No other kind of attempt opens in its place. */
export function sealPortalAttempt(idp: Pick<Idp, 'sealingKeys'>, { id, receivedAt }: PortalAttempt): string {
  const sealed = seal(idp.sealingKeys, purpose, { id, receivedAt });
  if (sealed.kind === 'too-large') throw new RangeError('a portal attempt has nothing in it that grows');
  return sealed.text;
}

/**
 * Opens what a browser sent back.
 * @throws GakumonError `attempt-tampered`; `attempt-stale` when the page lay open for longer than a login page may
 */
export function openPortalAttempt(idp: Pick<Idp, 'sealingKeys' | 'clock'>, sealed: string): PortalAttempt {
  // The seal proves that we wrote it, in this format.
  const attempt = unseal(idp.sealingKeys, purpose, sealed) as PortalAttempt;
  if (idp.clock() - attempt.receivedAt > attemptLifetime) throw new GakumonError('attempt-stale');
  return attempt;
}
