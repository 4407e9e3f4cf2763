import type { Authenticator } from '@gakumon/mfa';
import type { Drift } from './notice.ts';

/**
 * How far the clock of the device is off, as the last code told. A step is half a minute, and one of them may be the time
 * that it takes to type.
 */
export function driftOf(one: Authenticator | undefined): Drift | undefined {
  if (one?.kind !== 'totp' || Math.abs(one.drift) < 2) return undefined;
  return { minutes: Math.round(Math.abs(one.drift) / 2), slow: one.drift < 0 ? 1 : 0 };
}
