import {
  filterAttributes,
  makeNameId,
  type ReleaseDecision,
  type ReleasedAttributes,
  resolveAttributes,
} from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { NameId } from '@gakumon/saml';
import { nameIdFormats, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt } from '../types.ts';

/** What leaves the house about a person, and why. */
export type Release = {
  readonly nameId: NameId;
  readonly attributes: ReleasedAttributes;
  readonly decisions: readonly ReleaseDecision[];
};

/**
 * Resolves what is known about a person for one SP, and lets the release rules decide what of it goes out. Pure.
 * @returns the decisions too, which is what `release preview` prints
 */
export function releaseAttributes(
  idp: Pick<Idp, 'entityId' | 'scopes' | 'directoryScopes' | 'identifierGenerators' | 'releaseRules' | 'newId'>,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  person: Person,
): Release {
  const { resolved } = resolveAttributes(person, {
    entityId: idp.entityId,
    serviceProvider,
    scopes: idp.scopes,
    directoryScopes: idp.directoryScopes,
    generators: idp.identifierGenerators,
  });
  const { attributeConsumingServiceIndex } = attempt.request;
  const recipient = { serviceProvider, attributeConsumingServiceIndex, groups: person.groups };
  const { released, decisions } = filterAttributes(resolved, recipient, idp.releaseRules());
  const nameId = makeNameId(nameIdFormats.transient, { entityId: idp.entityId, serviceProvider, newId: idp.newId });
  return { nameId, attributes: released, decisions };
}
