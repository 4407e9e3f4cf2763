import { hours } from '@gakumon/terms';

/**
 * The dates of metadata that is valid for some time: never longer than asked, since readers refuse what is valid for
 * too long, and the same for a while, so that a copy can be recognised. Readers look again long before it ends.
 * @param validity milliseconds, an hour or more
 * @param now milliseconds
 */
export function validityOf(
  validity: number,
  now: number,
): { readonly validUntil: number; readonly cacheDuration: number } {
  const step = Math.min(hours(1), Math.floor(validity / 24));
  return {
    validUntil: now - (now % step) + validity,
    cacheDuration: Math.min(hours(6), Math.floor(validity / 4)),
  };
}
