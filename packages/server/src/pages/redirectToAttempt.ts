import type { Door, Visit } from '../door.ts';
import { redirect } from '../http/answer.ts';

/** An address of ours with an attempt in it stays below this. */
const longestAddress = 2048;

/** @returns false when the attempt is too long for an address */
export function redirectToAttempt(door: Door, visit: Visit, attempt: string): boolean {
  const address = `/idp/sso?attempt=${attempt}`;
  if (address.length > longestAddress) return false;
  redirect(door, visit, address);
  return true;
}
