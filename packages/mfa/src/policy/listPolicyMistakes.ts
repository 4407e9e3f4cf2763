import { requirementIncludes } from '../assurance/compareRequirements.ts';
import { builtInContexts } from '../assurance/contexts.ts';
import type { AuthnContextDefinition, FactorPattern, Requirement } from '../assurance/requirement.ts';
import { conditionCovers, isSomewhere } from './compareConditions.ts';
import { requirementOf } from './evaluatePolicy.ts';
import { listPlaces } from './listPlaces.ts';
import type { Condition, EnrolmentRule, PolicyRule, StepUpPolicy } from './policy.ts';
import { overlaps, parseRange, requireRange } from './range.ts';
import { writeInstant } from './writeInstant.ts';

/** Something wrong with a policy as a whole; `path` leads to it as policy.yaml is written. */
export type PolicyMistake = { readonly path: readonly (string | number)[]; readonly message: string };

type Timed = { readonly from: number | undefined; readonly until: number | undefined };

/**
 * Finds what contradicts itself, or can never have an effect: rules of which the operator believes that they protect
 * somebody. Does not look at the clock: what is over is history and no mistake. Pure.
 */
export function listPolicyMistakes(policy: StepUpPolicy): readonly PolicyMistake[] {
  const unreadable = listUnreadableRanges(policy);
  // Where an address is can't be told by those
  if (unreadable.length > 0) return unreadable;
  return [
    ...listEmptyNetworks(policy),
    ...listIdleExclusions(policy),
    ...policy.rules.flatMap((rule, index) => listOfRule(policy, rule, index)),
    ...policy.enrolment.flatMap((rule, index) => listOfEnrolment(policy, rule, index)),
    ...policy.contexts.flatMap((context) => listUnreachable(policy, context)),
    ...listUselessPreferences(policy),
  ];
}

/**
 * Finds what is probably not meant, and yet may be right: people can have authenticators that this policy knows nothing
 * of, from users.yaml or from the time before it.
 */
export function listPolicyDoubts(policy: StepUpPolicy): readonly PolicyMistake[] {
  return [
    ...listClosedDoors(policy),
    ...policy.enrolment.flatMap(listOpenDoors),
    ...listOvertaken(policy),
    ...listIdleRequirements(policy),
  ];
}

/** A later rule that asks for as much wherever an earlier one matches. The other way round it is a mistake. */
function listOvertaken(policy: StepUpPolicy): PolicyMistake[] {
  return policy.rules.flatMap((rule, index): PolicyMistake[] => {
    const later = policy.rules.slice(index + 1).find((other) => makesUseless(policy, other, rule));
    if (later === undefined) return [];
    const message = `${rule.name} adds nothing any more: ${later.name}, after it, asks for as much wherever it matches`;
    return [{ path: ['rules', index], message }];
  });
}

function listIdleRequirements({ idleRequirements = [] }: StepUpPolicy): PolicyMistake[] {
  return idleRequirements.map((name) => ({
    path: ['requirements', name],
    message: `no rule asks for the requirement ${name}: is the require of one mistyped?`,
  }));
}

function listClosedDoors(policy: StepUpPolicy): PolicyMistake[] {
  if (policy.enrolment.length > 0) return [];
  const places = listPlaces(policy.networks);
  return policy.rules.flatMap(({ name, when, require }, index): PolicyMistake[] => {
    const isForAll = Object.entries(when).every(([key, value]) => value === undefined || key === 'network');
    const isEverywhere = isForAll && conditionCovers(policy.networks, { network: when.network }, {});
    if (!isEverywhere || places.length === 0 || require.combinations.some(isPasswordAlone)) return [];
    const message = `${name} asks everybody for more than a password, and without enrolment nobody can get it by one`;
    return [{ path: ['rules', index, 'require'], message }];
  });
}

/** A thief of a password stands wherever he wants, and belongs to whatever its owner belongs to. */
function listOpenDoors({ name, when, for: whom }: EnrolmentRule, index: number): PolicyMistake[] {
  const isBounded = (when.network?.is.length ?? 0) > 0 || (when.group?.length ?? 0) > 0;
  if (isBounded) return [];
  const deed = whom === 'any' ? 'enrol, and remove what its owner has,' : 'enrol for whoever has nothing yet,';
  const message = `${name} lets a stolen password ${deed} from anywhere: name networks (or groups) under its when`;
  return [{ path: ['enrolment', index, 'when'], message }];
}

/** An exclusion that is passed over lets in whom it was to keep out. */
function listUnreadableRanges({ networks }: StepUpPolicy): PolicyMistake[] {
  return networks.flatMap((network) =>
    (['include', 'exclude'] as const).flatMap((key) =>
      network[key].flatMap((cidr, index) =>
        parseRange(cidr) === undefined
          ? [
              {
                path: ['networks', network.name, key, index],
                message: `${JSON.stringify(cidr)} is no range of addresses`,
              },
            ]
          : [],
      ),
    ),
  );
}

function listEmptyNetworks({ networks }: StepUpPolicy): PolicyMistake[] {
  const places = listPlaces(networks);
  return networks.flatMap(({ name }) => {
    const isEmpty = !places.some(({ inside }) => inside.some(({ network }) => network === name));
    return isEmpty
      ? [{ path: ['networks', name], message: 'no address is in it: all that is included is excluded' }]
      : [];
  });
}

/** Whoever excludes something believes that it was in. */
function listIdleExclusions({ networks }: StepUpPolicy): PolicyMistake[] {
  return networks.flatMap(({ name, include, exclude }) => {
    const included = include.map(requireRange);
    return exclude.flatMap((cidr, index) => {
      const range = requireRange(cidr);
      if (included.some((one) => overlaps(one, range))) return [];
      return [{ path: ['networks', name, 'exclude', index], message: `${cidr} is in nothing that is included` }];
    });
  });
}

/** Well-known classes are there whether they can be reached or not; the others somebody wrote down. */
function listUnreachable({ offered }: StepUpPolicy, { uri, requirement }: AuthnContextDefinition): PolicyMistake[] {
  if (builtInContexts.some((known) => known.uri === uri)) return [];
  return listUnmeetable({ offered }, requirement, ['contexts']);
}

function listOfRule(policy: StepUpPolicy, rule: PolicyRule, index: number): PolicyMistake[] {
  const path = ['rules', index];
  const own = [
    ...listContradictions(policy, rule, path),
    ...listUnmeetable(policy, rule.require, [...path, 'require']),
  ];
  if (own.length > 0) return own;
  const earlier = policy.rules.slice(0, index).find((other) => makesUseless(policy, other, rule));
  if (earlier === undefined) return [];
  return [{ path, message: `${rule.name} adds nothing: ${earlier.name} asks for as much wherever it matches` }];
}

function listOfEnrolment(policy: StepUpPolicy, rule: EnrolmentRule, index: number): PolicyMistake[] {
  const path = ['enrolment', index];
  const own = listContradictions(policy, rule, path);
  if (own.length > 0) return own;
  const earlier = policy.enrolment
    .slice(0, index)
    .find((other) => (other.for === 'any' || rule.for === 'first') && covers(policy, other, rule));
  return earlier === undefined ? [] : [{ path, message: `${rule.name} adds nothing: ${earlier.name} allows as much` }];
}

function listContradictions(
  policy: StepUpPolicy,
  { when, from, until }: Timed & { readonly when: Condition },
  path: PolicyMistake['path'],
): PolicyMistake[] {
  const found: PolicyMistake[] = [];
  const tell = (key: string, message: string) => found.push({ path: [...path, ...key.split('.')], message });
  if (from !== undefined && until !== undefined && until <= from) {
    tell('until', `is not after ${writeInstant(from)}, when it begins`);
  }
  if (!isSomewhere(policy.networks, when))
    tell('when.network', 'no address is both where it has to be and not where it must not be');
  if (when.group?.every((group) => when.notGroup?.includes(group))) {
    tell('when.notGroup', 'shuts out every group that it is for');
  }
  const unknown = when.context?.filter((uri) => !policy.contexts.some((context) => context.uri === uri)) ?? [];
  for (const uri of unknown) tell('when.context', `nobody gets as far as this rule: ${uri} is not asserted here`);
  return found;
}

function listUnmeetable(
  { offered }: Pick<StepUpPolicy, 'offered'>,
  requirement: Requirement,
  path: PolicyMistake['path'],
): PolicyMistake[] {
  const canHave = ({ authenticator }: FactorPattern): boolean =>
    authenticator === 'password' || offered.some((kind) => kind === authenticator);
  if (requirement.combinations.some((combination) => combination.every(canHave))) return [];
  const kinds = offered.length === 0 ? 'nothing is offered' : `only ${offered.join(' and ')} can be enrolled`;
  return [{ path, message: `nobody can meet ${requirement.name}: ${kinds}` }];
}

/** Only one that comes first does: of two that are the same, one has to stay. */
function makesUseless(policy: StepUpPolicy, earlier: PolicyRule, rule: PolicyRule): boolean {
  return covers(policy, earlier, rule) && requirementIncludes(requirementOf(earlier), requirementOf(rule));
}

function covers(
  { networks }: StepUpPolicy,
  wide: Timed & { readonly when: Condition },
  narrow: Timed & { readonly when: Condition },
): boolean {
  const { NEGATIVE_INFINITY: ever, POSITIVE_INFINITY: never } = Number;
  return (
    (wide.from ?? ever) <= (narrow.from ?? ever) &&
    (wide.until ?? never) >= (narrow.until ?? never) &&
    conditionCovers(networks, wide.when, narrow.when)
  );
}

/** A model that is asked for and never looked at protects nobody. */
function listUselessPreferences({ webauthn, offered }: StepUpPolicy): PolicyMistake[] {
  if (webauthn.attestation === 'direct' && webauthn.aaguids === undefined) {
    return [{ path: ['webauthn', 'attestation'], message: 'needs aaguids: the models that may be enrolled' }];
  }
  if (webauthn.attestation === 'none' && webauthn.aaguids !== undefined) {
    return [
      {
        path: ['webauthn', 'aaguids'],
        message: 'needs attestation: direct; without it any model can say that it is another',
      },
    ];
  }
  if (webauthn.aaguids !== undefined && !webauthn.roots?.length) {
    return [
      {
        path: ['webauthn', 'aaguids'],
        message: 'needs roots: the certificates (PEM) of the makers, without which no model can prove what it is',
      },
    ];
  }
  if (webauthn.aaguids !== undefined && !offered.includes('webauthn')) {
    return [{ path: ['webauthn'], message: 'webauthn is not among offered' }];
  }
  return [];
}

const isPasswordAlone = (combination: readonly FactorPattern[]): boolean =>
  combination.every(({ authenticator }) => authenticator === 'password');
