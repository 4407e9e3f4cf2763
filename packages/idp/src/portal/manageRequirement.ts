import { builtInRequirements, type Requirement, requiredToManage } from '@gakumon/mfa';
import type { LoginSituation } from '../stepUp/explainLogin.ts';

/**
 * What has to be proved anew before somebody sees and changes their authenticators. Pure.
 * @param situation with the authenticators; whose it is must be known
 */
export function manageRequirement({ policy, question, authenticators = [], now }: LoginSituation): Requirement {
  if (question === undefined) return builtInRequirements.mfa;
  return requiredToManage(policy, question, { hasAuthenticators: authenticators.length > 0, now });
}
