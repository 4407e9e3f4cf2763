import { type AuthnContextDefinition, listPlaces, placeAddress } from '@gakumon/mfa';
import { authnContexts } from '@gakumon/terms';
import type { StepUpReason } from '../types.ts';
import { explainLogin, type LoginExplanation, type LoginSituation } from './explainLogin.ts';

/**
 * Why something is asked for, for the page that asks and for the case. Pure.
 * @throws TypeError while nobody is known
 */
export function stepUpReason(situation: LoginSituation, explained: LoginExplanation): StepUpReason {
  const { policy, question } = situation;
  if (question === undefined) throw new TypeError('nothing is asked of nobody');
  return {
    contexts: listContexts(situation, explained),
    rules: explained.verdict?.matched ?? [],
    placement: explained.verdict?.placement ?? placeAddress(policy.networks, question.address),
    elsewhere: listElsewhere(situation, explained),
  };
}

/** The service's part in it: what it asked for, unless a password does. */
function listContexts({ requested }: LoginSituation, { goal }: LoginExplanation): readonly string[] {
  if (requested === undefined || goal.acceptable.some(isReachedByPassword)) return [];
  return requested.classes.filter((uri) => uri !== authnContexts.unspecified);
}

function isReachedByPassword({ requirement }: AuthnContextDefinition): boolean {
  return requirement.combinations.some((patterns) =>
    patterns.every(({ authenticator }) => authenticator === 'password'),
  );
}

/** Asks the same for one address of each place that there is: a network counts when less is asked for somewhere in it. */
function listElsewhere(situation: LoginSituation, here: LoginExplanation): readonly string[] {
  const { policy, question } = situation;
  if (question === undefined) return [];
  const better = listPlaces(policy.networks).filter(({ address }) => {
    const there = explainLogin({ ...situation, question: { ...question, address } });
    return easeOf(there) > easeOf(here);
  });
  const inside = placeAddress(policy.networks, question.address).inside.map(({ network }) => network);
  return policy.networks
    .map(({ name }) => name)
    .filter((name) => !inside.includes(name))
    .filter((name) => better.some((place) => place.inside.some(({ network }) => network === name)));
}

/** How far somebody gets: at once, with a proof, with an enrolment, not at all. */
function easeOf({ decision, next }: LoginExplanation): number {
  if (decision.kind === 'satisfied') return 3;
  if (next === undefined || next.kind === 'unreachable') return 0;
  return next.kind === 'enrol' ? 1 : 2;
}
