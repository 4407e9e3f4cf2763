import { builtInRequirements, decideEnrolment, type Requirement } from '@gakumon/mfa';
import { minutes } from '@gakumon/terms';
import type { LoginSituation } from '../stepUp/explainLogin.ts';

/** How old a proof may be for whoever changes what they log in with. */
const freshness = minutes(15);

/**
 * What has to be proved anew before somebody sees and changes their authenticators: the password, and one of these
 * authenticators too when there are any (or a passkey instead of both). Where policy lets people who lost theirs begin
 * again (`for: any`), the password alone. Pure.
 * @param situation with the authenticators
 */
export function manageRequirement({ policy, question, authenticators = [], now }: LoginSituation): Requirement {
  const alone = { ...builtInRequirements.password, maxAge: freshness };
  if (authenticators.length === 0 || question === undefined) return alone;
  const justProved = [
    { authenticator: 'password', at: now, address: question.address, passwordVersion: undefined },
  ] as const;
  const lost = decideEnrolment(policy, question, { facts: justProved, hasAuthenticators: true, now });
  return lost.allowed ? alone : { ...builtInRequirements.mfa, maxAge: freshness };
}
