import {
  canMakeNameId,
  decideNameIdFormat,
  filterAttributes,
  listPermittedNameIdFormats,
  listStoredIdsToGo,
  makeNameId,
  nameIdContextFor,
  type ReleaseDecision,
  type ReleasedAttributes,
  resolveAttributes,
  type WantedStoredId,
  type WithheldValue,
  withAssurance,
  withholdBlocked,
} from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { NameId } from '@gakumon/saml';
import type { IdMaker, Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { TrustedRequest } from '../types.ts';

/** What leaves the house about a person, and why. */
export type Release = {
  readonly nameId: NameId;
  readonly attributes: ReleasedAttributes;
  readonly decisions: readonly ReleaseDecision[];
  /** What never came so far that a rule was asked. */
  readonly withheld: readonly WithheldValue[];
  /** The stored identifiers in it. Those that were not given as `storedIds` stand as `notYetStored`, and it must not go out. */
  readonly storedIds: readonly WantedStoredId[];
};

/**
 * Resolves what is known about a person for one SP, and lets the release rules decide what of it goes out, and under
 * which name. Pure.
 * @param assurance the URIs that tell in eduPersonAssurance how strong the login was
 * @param storedIds as `findStoredIds` found them, by what they start from
 * @returns the decisions too, which is what `release preview` prints
 * @throws GakumonError `name-id-policy` when the SP asks for a NameID that the rules don't permit, or that this person
 *   cannot have
 */
export function releaseAttributes(
  idp: Pick<
    Idp,
    'entityId' | 'scopes' | 'directoryScopes' | 'identifierGenerators' | 'releaseRules' | 'recipes' | 'settingsOf'
  > &
    Partial<Pick<Idp, 'isBlocked'>>,
  attempt: { readonly request: Pick<TrustedRequest, 'attributeConsumingServiceIndex' | 'nameIdFormat'> },
  serviceProvider: ServiceProvider,
  person: Person,
  newTransientId: IdMaker,
  assurance: readonly string[] = [],
  storedIds?: ReadonlyMap<string, string>,
): Release {
  const { entityId, scopes, directoryScopes } = idp;
  const generators = idp.identifierGenerators;
  const isBlocked = (digest: string): boolean => idp.isBlocked?.(digest, person.username) ?? false;
  const sources = { scopes, directoryScopes, recipes: idp.recipes(), generators };
  const context = { entityId, serviceProvider, ...sources, storedIds, isBlocked };
  const resolution = withholdBlocked(resolveAttributes(person, context), isBlocked);
  const { attributeConsumingServiceIndex, nameIdFormat: requested } = attempt.request;
  const { groups, sourcesAway } = person;
  const recipient = { serviceProvider, attributeConsumingServiceIndex, groups, sourcesAway };
  const rules = idp.releaseRules();
  const { released, decisions } = filterAttributes(withAssurance(resolution.resolved, assurance), recipient, rules);

  const naming = nameIdContextFor(person, resolution, context, newTransientId);
  const permitted = listPermittedNameIdFormats(recipient, rules, resolution.resolved).filter((format) =>
    canMakeNameId(format, naming),
  );
  const liked = idp.settingsOf(serviceProvider.entityId).nameIdFormats ?? serviceProvider.nameIdFormats;
  const format = decideNameIdFormat({ requested, metadataFormats: liked, permitted });
  const leaving = { attributes: released, nameIdFormat: format };
  return {
    nameId: makeNameId(format, naming),
    attributes: released,
    decisions,
    withheld: resolution.withheld,
    storedIds: listStoredIdsToGo(person, resolution, context, leaving),
  };
}
