import type { NameId } from '@gakumon/saml';
import { type EntityId, GakumonError, type IdMaker, nameIdFormats } from '@gakumon/terms';

/** What name identifiers of one person for one SP are made of. */
export type NameIdContext = {
  /** Our own entityID. */
  readonly entityId: EntityId;
  readonly serviceProvider: { readonly entityId: EntityId };
  readonly newId: IdMaker;
  /** What was computed for this person and this SP; undefined when there is nothing to compute it from. */
  readonly persistentId: string | undefined;
  /** The person's one mail address, when it may be told. */
  readonly mail: string | undefined;
};

/** Makes the NameID only when it is called; undefined when this person cannot have one of the format. */
type NameIdMaker = (context: NameIdContext) => (() => NameId) | undefined;

/** One maker for each format; a new format is a new row. In the order in which our own metadata offers them. */
const makers: ReadonlyMap<string, NameIdMaker> = new Map([
  [nameIdFormats.transient, prepareTransient],
  [nameIdFormats.persistent, preparePersistent],
  [nameIdFormats.emailAddress, prepareEmailAddress],
]);

/** The formats that can be asked for, for our own metadata and for the choice among those of an SP. */
export const supportedNameIdFormats: readonly string[] = [...makers.keys()];

/** Whether this person can be named to this SP in the format. */
export function canMakeNameId(format: string, context: NameIdContext): boolean {
  return makers.get(format)?.(context) !== undefined;
}

/**
 * Names the person to one SP.
 * @param format the one that was decided on; never `unspecified`, which means a free choice
 * @throws GakumonError `name-id-policy` for a format that nobody makes, or that this person has no value for
 */
export function makeNameId(format: string, context: NameIdContext): NameId {
  const make = makers.get(format)?.(context);
  if (make === undefined) {
    throw new GakumonError('name-id-policy', { detail: `no NameID of the format ${JSON.stringify(format)} is made` });
  }
  return make();
}

/** Fresh in every response, at most 256 characters, and meaningless to everybody (SAML Core 8.3.8). */
function prepareTransient({ entityId, serviceProvider, newId }: NameIdContext): () => NameId {
  return () => ({
    format: nameIdFormats.transient,
    value: newId(),
    nameQualifier: entityId,
    spNameQualifier: serviceProvider.entityId,
  });
}

/** The same in every response to one SP, another one at every other (SAML Core 8.3.7, which defines both qualifiers). */
function preparePersistent({ entityId, serviceProvider, persistentId }: NameIdContext): (() => NameId) | undefined {
  if (persistentId === undefined) return undefined;
  return () => ({
    format: nameIdFormats.persistent,
    value: persistentId,
    nameQualifier: entityId,
    spNameQualifier: serviceProvider.entityId,
  });
}

/** No qualifiers: SAML Core 2.2.2 wants none where the format doesn't define them, and 8.3.2 doesn't. */
function prepareEmailAddress({ mail }: NameIdContext): (() => NameId) | undefined {
  if (mail === undefined || !addrSpec.test(mail)) return undefined;
  return () => ({ format: nameIdFormats.emailAddress, value: mail });
}

/**
 * An addr-spec of RFC 2822 section 3.4.1, as SAML Core 8.3.2 asks for, without comments and quoted strings. Services
 * find accounts by it: what they could read in two ways, or not see, names nobody.
 */
const addrSpec =
  /^[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)*$/;
