import type { ReleaseRule } from '@gakumon/attributes';
import type { ServiceProviderSummary } from '@gakumon/metadata';

/**
 * The service providers that no release rule reaches: they get a transient NameID and nothing else, whoever logs in. A
 * rule for a group of people counts as reaching all of them.
 */
export function listUnreached(
  serviceProviders: readonly ServiceProviderSummary[],
  rules: readonly ReleaseRule[],
): readonly ServiceProviderSummary[] {
  const giving = rules.filter(({ release, nameId }) => release.length > 0 || (nameId ?? []).length > 0);
  return serviceProviders.filter((serviceProvider) => !giving.some(({ to }) => reaches(to, serviceProvider)));
}

/** The rules that speak of a service provider; one for a group of people counts for every one. */
export function listReaching(
  serviceProvider: ServiceProviderSummary,
  rules: readonly ReleaseRule[],
): readonly ReleaseRule[] {
  return rules.filter(({ to }) => reaches(to, serviceProvider));
}

function reaches(
  to: ReleaseRule['to'],
  { entityId, source, categories, registrationAuthority }: ServiceProviderSummary,
) {
  if (to === 'any' || 'group' in to) return true;
  if ('entityId' in to) return to.entityId === entityId;
  if ('source' in to) return to.source === source;
  if ('category' in to) return categories.includes(to.category);
  return to.registrationAuthority === registrationAuthority;
}

/** What to write so that a source's service providers get what they ask for. */
export function ruleHint(source: string, file: string): string {
  return `a rule in ${file} gives more: - { name: ${source}, to: { source: ${source} }, release: requested }`;
}
