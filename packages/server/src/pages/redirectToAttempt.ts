import type { Visit } from '../door.ts';

/** An address of ours with an attempt in it stays below this. */
const longestAddress = 2048;

/** @returns false when the attempt is too long for an address */
export function redirectToAttempt({ response }: Visit, attempt: string): boolean {
  const address = `/idp/sso?attempt=${attempt}`;
  if (address.length > longestAddress) return false;
  response.set('Cache-Control', 'no-store').redirect(303, address);
  return true;
}
