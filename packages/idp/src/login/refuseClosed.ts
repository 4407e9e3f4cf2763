import { type AccountClosure, type ErrorCode, GakumonError } from '@gakumon/terms';

const codes: Readonly<Record<AccountClosure['reason'], ErrorCode>> = {
  disabled: 'account-disabled',
  expired: 'account-expired',
  left: 'account-left',
  'not-yet-open': 'account-not-open',
  locked: 'account-locked',
};

/**
 * Tells apart why an account lets nobody in.
 * @throws GakumonError `account-disabled`, `account-expired`, `account-left`, `account-not-open` (`data.opensAt`,
 * milliseconds, where it is known), `account-locked`
 */
export function refuseClosed(closed: AccountClosure | undefined): void {
  if (closed === undefined) return;
  const data = closed.reason === 'not-yet-open' && closed.opensAt !== undefined ? { opensAt: closed.opensAt } : {};
  throw new GakumonError(codes[closed.reason], { data });
}
