import { evaluatePolicy } from './evaluatePolicy.ts';
import { listPlaces } from './listPlaces.ts';
import type { StepUpPolicy } from './policy.ts';
import type { NetworkPlacement, PolicyQuestion, PolicyVerdict } from './verdict.ts';
import { writeInstant } from './writeInstant.ts';

/** What the policy would say if one thing were different. */
export type Outlook = {
  /** In words for the operator. */
  readonly if: string;
  readonly question: PolicyQuestion;
  readonly verdict: PolicyVerdict;
  /** Whether other requirements come of it. */
  readonly changes: boolean;
};

/**
 * Lists what would change: on the other side of each named network, and at each time to come at which a rule begins or
 * ends. Pure.
 */
export function explainWould(policy: StepUpPolicy, question: PolicyQuestion): readonly Outlook[] {
  const now = evaluatePolicy(policy, question);
  const look = (condition: string, other: PolicyQuestion): Outlook => {
    const verdict = evaluatePolicy(policy, other);
    return { if: condition, question: other, verdict, changes: requiresOf(verdict) !== requiresOf(now) };
  };
  return [
    ...listOtherSides(policy, now.placement).map(({ side, address }) =>
      look(`${side}, such as ${address}`, { ...question, address }),
    ),
    ...listTurns(policy, question.now).map(({ at, what }) =>
      look(`from ${writeInstant(at)}: ${what}`, moveTo(question, at)),
    ),
  ];
}

function listOtherSides(
  { networks }: StepUpPolicy,
  here: NetworkPlacement,
): readonly { readonly side: string; readonly address: string }[] {
  const places = listPlaces(networks);
  return networks.flatMap(({ name }) => {
    const isHere = isInside(here, name);
    const [nearest] = places
      .filter((place) => isInside(place, name) !== isHere)
      .toSorted((one, other) => difference(one, here) - difference(other, here));
    if (nearest === undefined) return [];
    return [{ side: `${isHere ? 'outside' : 'in'} ${name}`, address: nearest.address }];
  });
}

/** In how many networks exactly one of two addresses is. */
function difference(one: NetworkPlacement, other: NetworkPlacement): number {
  const only = (these: NetworkPlacement, those: NetworkPlacement) =>
    these.inside.filter(({ network }) => !isInside(those, network)).length;
  return only(one, other) + only(other, one);
}

const isInside = ({ inside }: NetworkPlacement, name: string): boolean =>
  inside.some(({ network }) => network === name);

function listTurns({ rules }: StepUpPolicy, now: number): readonly { readonly at: number; readonly what: string }[] {
  const turns = rules.flatMap(({ name, from, until }) => [
    { at: from, what: `${name} begins` },
    { at: until, what: `${name} ends` },
  ]);
  const coming = [...new Set(turns.flatMap(({ at }) => (at !== undefined && at > now ? [at] : [])))];
  return coming
    .toSorted((one, other) => one - other)
    .map((at) => ({ at, what: turns.flatMap((turn) => (turn.at === at ? [turn.what] : [])).join(', ') }));
}

/** The same login at another time: its age stays. */
function moveTo(question: PolicyQuestion, at: number): PolicyQuestion {
  const { now, firstProofAt } = question;
  return { ...question, now: at, firstProofAt: firstProofAt === undefined ? undefined : firstProofAt + at - now };
}

const requiresOf = ({ requirements }: PolicyVerdict): string => JSON.stringify(requirements);
