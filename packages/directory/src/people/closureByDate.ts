import type { AccountClosure } from '@gakumon/terms';

/** When an account opens and closes, milliseconds. */
export type AccountDates = { readonly opensAt?: number | undefined; readonly expiresAt?: number | undefined };

/** Why an account is closed by its dates. Pure. */
export function closureByDate({ opensAt, expiresAt }: AccountDates, now: number): AccountClosure | undefined {
  if (expiresAt !== undefined && now >= expiresAt) return { reason: 'expired', at: expiresAt };
  return opensAt !== undefined && now < opensAt ? { reason: 'not-yet-open', opensAt } : undefined;
}
