import { GakumonError, hours } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt } from '../types.ts';
import { seal, unseal } from './seal.ts';

/** How long a login page may lie open. The ledger keeps an answered attempt for longer than that. */
export const attemptLifetime = hours(1);

/**
 * Seals an attempt for a hidden field (or, when short, for the address of our own GET).
 * @throws GakumonError `relay-state-too-large` when it would exceed 6 KB; only the RelayState can make it so
 */
export function sealAttempt(idp: Pick<Idp, 'sealingKeys'>, attempt: SsoAttempt): string {
  const sealed = seal(idp.sealingKeys, 'attempt', attempt);
  if (sealed.kind === 'too-large') throw new GakumonError('relay-state-too-large');
  return sealed.text;
}

/**
 * Opens a sealed attempt that a browser sent back.
 * @throws GakumonError `attempt-tampered`; `attempt-stale` when it is older than {@link attemptLifetime} (`data.serviceProvider` says whose)
 */
export function openAttempt(idp: Pick<Idp, 'sealingKeys' | 'clock'>, sealed: string): SsoAttempt {
  // The seal proves that we wrote it, in this format: the key id changes with the format version.
  const attempt = unseal(idp.sealingKeys, 'attempt', sealed) as SsoAttempt;
  if (idp.clock() - attempt.request.receivedAt > attemptLifetime) {
    const { serviceProvider } = attempt.request;
    throw new GakumonError('attempt-stale', { data: { serviceProvider } });
  }
  return attempt;
}
