import {
  canMakeNameId,
  decideNameIdFormat,
  filterAttributes,
  listPermittedNameIdFormats,
  makeNameId,
  nameIdContextFor,
  type ReleaseDecision,
  type ReleasedAttributes,
  resolveAttributes,
  withAssurance,
} from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { NameId } from '@gakumon/saml';
import type { IdMaker, Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt } from '../types.ts';

/** What leaves the house about a person, and why. */
export type Release = {
  readonly nameId: NameId;
  readonly attributes: ReleasedAttributes;
  readonly decisions: readonly ReleaseDecision[];
};

/**
 * Resolves what is known about a person for one SP, and lets the release rules decide what of it goes out, and under
 * which name. Pure.
 * @param assurance the URIs that tell in eduPersonAssurance how strong the login was
 * @returns the decisions too, which is what `release preview` prints
 * @throws GakumonError `name-id-policy` when the SP asks for a NameID that the rules don't permit, or that this person
 *   cannot have
 */
export function releaseAttributes(
  idp: Pick<
    Idp,
    'entityId' | 'scopes' | 'directoryScopes' | 'identifierGenerators' | 'releaseRules' | 'recipes' | 'settingsOf'
  >,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  person: Person,
  newTransientId: IdMaker,
  assurance: readonly string[] = [],
): Release {
  const { entityId, scopes, directoryScopes } = idp;
  const generators = idp.identifierGenerators;
  const context = { entityId, serviceProvider, scopes, directoryScopes, recipes: idp.recipes(), generators };
  const resolution = resolveAttributes(person, context);
  const { attributeConsumingServiceIndex, nameIdFormat: requested } = attempt.request;
  const recipient = { serviceProvider, attributeConsumingServiceIndex, groups: person.groups };
  const rules = idp.releaseRules();
  const { released, decisions } = filterAttributes(withAssurance(resolution.resolved, assurance), recipient, rules);

  const naming = nameIdContextFor(person, resolution, context, newTransientId);
  const permitted = listPermittedNameIdFormats(recipient, rules).filter((format) => canMakeNameId(format, naming));
  const liked = idp.settingsOf(serviceProvider.entityId).nameIdFormats ?? serviceProvider.nameIdFormats;
  const format = decideNameIdFormat({ requested, metadataFormats: liked, permitted });
  return { nameId: makeNameId(format, naming), attributes: released, decisions };
}
