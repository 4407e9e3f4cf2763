import type { ServiceProvider } from '@gakumon/metadata';
import { attributeValueText } from './attributeValueText.ts';
import { evaluateTarget, type TargetFacts } from './release/evaluateTarget.ts';
import type { ReleaseTarget } from './releaseRules.ts';
import type { ResolvedAttribute } from './types.ts';

/** Whom attributes are about to go to, and about whom. */
export type Recipient = {
  readonly serviceProvider: ServiceProvider;
  /** The groups of the person, as the directory tells them. */
  readonly groups: readonly string[];
  /** As the AuthnRequest asked; undefined: the SP's default service. */
  readonly attributeConsumingServiceIndex: number | undefined;
  /** Sources of the person's attributes that were away, so that what is missing may only be missing now. */
  readonly sourcesAway?: readonly string[] | undefined;
};

/**
 * `unknown`: the rule speaks of something that this program doesn't know, or that can't be told now; it then permits
 * nothing and denies to all.
 */
export type TargetVerdict = 'matches' | 'other' | 'unknown';

/** What the keys of `to` are compared with. */
export function targetFacts(recipient: Recipient, resolved: readonly ResolvedAttribute[]): TargetFacts {
  const { serviceProvider, groups, sourcesAway = [] } = recipient;
  const { entityId, source, categories, registrationAuthority, subjectIdRequirement } = serviceProvider;
  const affiliation = listAffiliations(resolved);
  return {
    entityId: [entityId],
    source: [source],
    category: categories,
    registrationAuthority: registrationAuthority === undefined ? [] : [registrationAuthority],
    subjectIdRequirement: subjectIdRequirement === undefined ? [] : [subjectIdRequirement],
    group: groups,
    affiliation: sourcesAway.length > 0 ? { atLeast: affiliation } : affiliation,
  };
}

export function decideTarget(target: ReleaseTarget, facts: TargetFacts): TargetVerdict {
  const evaluation = evaluateTarget(target, facts);
  return evaluation === 'depends' ? 'unknown' : evaluation;
}

/** What somebody is at the university, as `student` and as `student@example.ac.jp`. */
export function listAffiliations(resolved: readonly ResolvedAttribute[]): readonly string[] {
  return resolved
    .filter(({ definition: { id } }) => id === 'eduPersonAffiliation' || id === 'eduPersonScopedAffiliation')
    .flatMap(({ values }) => values.map(attributeValueText));
}
