import type { ServiceProvider } from '@gakumon/metadata';
import type { ReleaseTarget } from './releaseRules.ts';

/** Whom attributes are about to go to, and about whom. */
export type Recipient = {
  readonly serviceProvider: ServiceProvider;
  /** The groups of the person, as the directory tells them. */
  readonly groups: readonly string[];
  /** As the AuthnRequest asked; undefined: the SP's default service. */
  readonly attributeConsumingServiceIndex: number | undefined;
};

/** `unknown`: the rule speaks of something that this program doesn't know; it then permits nothing and denies to all. */
export type TargetVerdict = 'matches' | 'other' | 'unknown';

export function decideTarget(target: ReleaseTarget, { serviceProvider, groups }: Recipient): TargetVerdict {
  if (target === 'any') {
    return 'matches';
  }
  const entries = typeof target === 'object' && target !== null ? Object.entries(target) : [];
  const [key, wanted] = entries[0] ?? [];
  if (entries.length !== 1 || typeof wanted !== 'string') {
    return 'unknown';
  }
  switch (key) {
    case 'entityId':
      return verdict(serviceProvider.entityId === wanted);
    case 'source':
      return verdict(serviceProvider.source === wanted);
    case 'category':
      return verdict(serviceProvider.categories.includes(wanted));
    case 'registrationAuthority':
      return verdict(serviceProvider.registrationAuthority === wanted);
    case 'group':
      return verdict(groups.includes(wanted));
    default:
      return 'unknown';
  }
}

const verdict = (matches: boolean): TargetVerdict => (matches ? 'matches' : 'other');
