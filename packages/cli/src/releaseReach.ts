import { evaluateTarget, type ReleaseRule, type ReleaseTarget, type TargetFacts } from '@gakumon/attributes';
import type { ServiceProviderSummary } from '@gakumon/metadata';

/**
 * The service providers that no release rule reaches: they get a transient NameID and nothing else, whoever logs in. A
 * rule for some people counts as reaching all of them.
 */
export function listUnreached(
  serviceProviders: readonly ServiceProviderSummary[],
  rules: readonly ReleaseRule[],
): readonly ServiceProviderSummary[] {
  const giving = rules.filter(({ release, nameId }) => release.length > 0 || (nameId ?? []).length > 0);
  return serviceProviders.filter((serviceProvider) => !giving.some(({ to }) => mayReach(to, serviceProvider)));
}

/** The rules that speak of a service provider; one for some people counts for every one. */
export function listReaching(
  serviceProvider: ServiceProviderSummary,
  rules: readonly ReleaseRule[],
): readonly ReleaseRule[] {
  return rules.filter(({ to }) => mayReach(to, serviceProvider));
}

/** Whether a target describes a service provider, as far as that can be told without a person. */
function mayReach(to: ReleaseTarget, serviceProvider: ServiceProviderSummary): boolean {
  const evaluation = evaluateTarget(to, factsOf(serviceProvider));
  return evaluation === 'matches' || evaluation === 'depends';
}

function factsOf({ entityId, source, categories, registrationAuthority }: ServiceProviderSummary): TargetFacts {
  return {
    entityId: [entityId],
    source: [source],
    category: categories,
    registrationAuthority: registrationAuthority === undefined ? [] : [registrationAuthority],
    subjectIdRequirement: undefined,
    group: undefined,
    affiliation: undefined,
  };
}

/** What to write so that a source's service providers get what they ask for. */
export function ruleHint(source: string, file: string): string {
  return `a rule in ${file} gives more: - { name: ${source}, to: { source: ${source} }, release: requested }`;
}
