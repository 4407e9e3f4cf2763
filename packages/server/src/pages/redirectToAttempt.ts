import type { Door, Visit } from '../door.ts';
import { redirect } from '../http/answer.ts';

/** An address of ours with an attempt in it stays below this. */
const longestAddress = 2048;

/**
 * @param way which of several ways the page shall show
 * @returns false when the attempt is too long for an address
 */
export function redirectToAttempt(door: Door, visit: Visit, attempt: string, way?: string): boolean {
  const address = `/idp/sso?attempt=${attempt}${way === undefined || way === '' ? '' : `&${new URLSearchParams({ way })}`}`;
  if (address.length > longestAddress) return false;
  redirect(door, visit, address);
  return true;
}
