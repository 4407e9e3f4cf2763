import { type AccessRefusal, decideAccess } from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { Person } from '@gakumon/terms';
import { type Resolving, resolveFor } from '../answer/resolveFor.ts';
import type { Idp } from '../idp.ts';
import type { TrustedRequest } from '../types.ts';

/** Identifiers for one SP tell nothing of who may use it, and drawing one would leave a record of somebody who may not. */
const noGenerators = { targetedId: undefined, pairwiseId: undefined, persistent: undefined };

/**
 * Why somebody may not use a service, by what is known about them; what is released there has nothing to do with it. Pure.
 * @returns undefined when they may
 */
export function findAccessRefusal(
  idp: Resolving & Pick<Idp, 'accessRules'>,
  { attributeConsumingServiceIndex }: Pick<TrustedRequest, 'attributeConsumingServiceIndex'>,
  serviceProvider: ServiceProvider,
  person: Person,
): AccessRefusal | undefined {
  const rules = idp.accessRules();
  if (rules.length === 0) return undefined;
  const { resolution } = resolveFor(idp, serviceProvider, person, { generators: noGenerators });
  const { groups, sourcesAway } = person;
  const recipient = { serviceProvider, attributeConsumingServiceIndex, groups, sourcesAway };
  const decision = decideAccess(rules, recipient, person, resolution.resolved);
  return decision.kind === 'refused' ? decision.refusal : undefined;
}
