import type { AttemptId } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { seal, unseal } from '../seal/seal.ts';

/**
 * What somebody wants at the portal: to `view` the pages about themselves, or to `manage` what they log in with, which
 * takes proofs of the last minutes.
 */
export type PortalNeed = 'view' | 'manage';

/**
 * Somebody's wish to see the pages about themselves. Says what was asked, never what was proved. It does not grow old: no
 * answer to anybody else hangs on it, and what is proved for it has an end of its own.
 */
export type PortalAttempt = {
  readonly id: AttemptId;
  readonly need: PortalNeed;
  /** Which of those pages: an address of ours that we wrote down ourselves, never one from a visitor; undefined: the first. */
  readonly page?: string | undefined;
  /** Set when the person has put off the notice that their password will expire. */
  readonly isPasswordNoticed?: true | undefined;
};

const purpose = 'portal attempt';

export function beginPortal(idp: Pick<Idp, 'newId'>, need: PortalNeed = 'view', page?: string): PortalAttempt {
  return { id: idp.newId() as AttemptId, need, page };
}

/**
 * Seals an attempt for a hidden field or an address; it is short. No other kind of attempt opens in its place.
 * @throws RangeError when the page has an address that is longer than any of ours
 */
export function sealPortalAttempt(idp: Pick<Idp, 'sealingKeys'>, attempt: PortalAttempt): string {
  const { id, need, page, isPasswordNoticed } = attempt;
  const sealed = seal(idp.sealingKeys, purpose, { id, need, page, isPasswordNoticed });
  if (sealed.kind === 'too-large') throw new RangeError('a portal attempt has nothing in it that grows');
  return sealed.text;
}

/**
 * Opens what a browser sent back.
 * @throws GakumonError `attempt-tampered`
 */
export function openPortalAttempt(idp: Pick<Idp, 'sealingKeys'>, sealed: string): PortalAttempt {
  // The seal proves that we wrote it, in this format; the release before this one knew no needs
  const opened = unseal(idp.sealingKeys, purpose, sealed) as Pick<PortalAttempt, 'id'> & Partial<PortalAttempt>;
  return { ...opened, need: opened.need ?? 'view' };
}
