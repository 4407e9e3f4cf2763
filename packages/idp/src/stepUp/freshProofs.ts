import type { AuthenticationFact } from '@gakumon/mfa';
import { enrolmentLifetime } from '../factors/enrolment.ts';
import { pendingLoginLifetime } from '../login/acceptPassword.ts';
import type { PendingLogin } from '../ports.ts';

/**
 * What of a login that the service wants anew (ForceAuthn) is new: what was proved no longer ago than a login may take, or
 * an enrolment where one was part of it. Each further proof puts the end of a pending login off, so its being there does
 * not make the first one fresh. Pure.
 */
export function withFreshProofs(pending: PendingLogin, now: number): PendingLogin {
  const longest = wasProlonged(pending) ? enrolmentLifetime : pendingLoginLifetime;
  return { ...pending, facts: pending.facts.filter(({ at }) => now - at < longest) };
}

/** Whether it was given the time of an enrolment: it ends later than its last proof makes it, or lived through a gap. */
function wasProlonged({ facts, expiresAt }: PendingLogin): boolean {
  const times = [...facts.map(timeOf), expiresAt].toSorted((one, other) => one - other);
  const isLast = (index: number) => index === times.length - 1;
  return times.some((at, index) => {
    const gap = at - (times[index - 1] ?? at);
    return isLast(index) ? gap > pendingLoginLifetime : gap >= pendingLoginLifetime;
  });
}

const timeOf = ({ at }: AuthenticationFact): number => at;
