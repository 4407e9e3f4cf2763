import {
  canMakeNameId,
  decideNameIdFormat,
  filterAttributes,
  judgeNameIdFormats,
  listStoredIdsToGo,
  makeNameId,
  type NameIdFormats,
  nameIdContextFor,
  type ReleaseDecision,
  type ReleasedAttributes,
  type WantedStoredId,
  type WithheldValue,
  withAssurance,
} from '@gakumon/attributes';
import type { ServiceProvider } from '@gakumon/metadata';
import type { NameId } from '@gakumon/saml';
import type { IdMaker, Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { TrustedRequest } from '../types.ts';
import { type Resolving, resolveFor } from './resolveFor.ts';

/** What leaves the house about a person, and why. */
export type Release = {
  readonly nameId: NameId;
  /** What else the SP could ask for. */
  readonly nameIdFormats: NameIdFormats;
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
  idp: Resolving & Pick<Idp, 'identifierGenerators' | 'releaseRules' | 'settingsOf'>,
  attempt: { readonly request: Pick<TrustedRequest, 'attributeConsumingServiceIndex' | 'nameIdFormat'> },
  serviceProvider: ServiceProvider,
  person: Person,
  newTransientId: IdMaker,
  assurance: readonly string[] = [],
  storedIds?: ReadonlyMap<string, string>,
): Release {
  const generators = idp.identifierGenerators;
  const { resolution, context } = resolveFor(idp, serviceProvider, person, { generators, storedIds });
  const { attributeConsumingServiceIndex, nameIdFormat: requested } = attempt.request;
  const { groups, sourcesAway } = person;
  const recipient = { serviceProvider, attributeConsumingServiceIndex, groups, sourcesAway };
  const rules = idp.releaseRules();
  const { released, decisions } = filterAttributes(withAssurance(resolution.resolved, assurance), recipient, rules);

  const naming = nameIdContextFor(resolution, context, newTransientId);
  const formats = judgeNameIdFormats(recipient, rules, resolution.resolved, (format) => canMakeNameId(format, naming));
  const liked = idp.settingsOf(serviceProvider.entityId).nameIdFormats ?? serviceProvider.nameIdFormats;
  const format = decideNameIdFormat({ requested, metadataFormats: liked, ...formats });
  const leaving = { attributes: released, nameIdFormat: format };
  return {
    nameId: makeNameId(format, naming),
    nameIdFormats: formats,
    attributes: released,
    decisions,
    withheld: resolution.withheld,
    storedIds: listStoredIdsToGo(resolution, context, leaving),
  };
}
