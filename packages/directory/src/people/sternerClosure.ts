import type { AccountClosure } from '@gakumon/terms';

/** Who has left is not told to wait for a lock to end; and a lock, which strangers can bring about, hides nothing that ends sessions. */
const sternest = ['left', 'disabled', 'expired', 'not-yet-open', 'locked'] as const;

/** The one of two closures of an account that counts. */
export function sternerClosure(
  one: AccountClosure | undefined,
  other: AccountClosure | undefined,
): AccountClosure | undefined {
  if (one === undefined || other === undefined) return one ?? other;
  return sternest.indexOf(one.reason) <= sternest.indexOf(other.reason) ? one : other;
}
