import type { Requirement } from '../assurance/requirement.ts';
import { requirementOf } from './evaluatePolicy.ts';
import { failedPerson } from './failedCondition.ts';
import type { Condition, StepUpPolicy } from './policy.ts';
import type { PolicyQuestion } from './verdict.ts';

/**
 * What has to be proved where somebody logs in before the place is known: all that any rule about new places could ask of
 * this person there, for whatever service, from whichever network, now or later. Else whoever is asked for more would log in
 * to something less guarded first, and come back to a place that is known. Pure.
 * @returns undefined when no rule about places can concern the person
 */
export function listPlaceRequirements(
  { rules }: StepUpPolicy,
  { person, now }: Pick<PolicyQuestion, 'person' | 'now'>,
): readonly Requirement[] | undefined {
  const concerning = rules.filter(
    ({ when, until }) =>
      isAboutPlaces(when) && (until === undefined || now < until) && failedPerson(when, person) === undefined,
  );
  if (concerning.length === 0) return undefined;
  return concerning.filter(({ when }) => when.newBrowser === true || when.newNetwork === true).map(requirementOf);
}

/** Whether a condition asks for a browser or a network that is new, or that is not. */
export function isAboutPlaces({ newBrowser, newNetwork }: Condition): boolean {
  return newBrowser !== undefined || newNetwork !== undefined;
}
