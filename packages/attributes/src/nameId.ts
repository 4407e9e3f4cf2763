import type { NameId } from '@gakumon/saml';
import { type EntityId, GakumonError, type IdMaker, nameIdFormats } from '@gakumon/terms';

/** What name identifiers are made of. */
export type NameIdContext = {
  /** Our own entityID. */
  readonly entityId: EntityId;
  readonly serviceProvider: { readonly entityId: EntityId };
  readonly newId: IdMaker;
};

type NameIdMaker = (context: NameIdContext) => NameId;

/** One maker for each format; a new format is a new row. */
const makers: ReadonlyMap<string, NameIdMaker> = new Map([[nameIdFormats.transient, makeTransient]]);

/** The formats that can be asked for, for our own metadata and for the choice among those of an SP. */
export const supportedNameIdFormats: readonly string[] = [...makers.keys()];

/**
 * Names the person to one SP.
 * @param format the one that was decided on; never `unspecified`, which means a free choice
 * @throws GakumonError `name-id-policy` for a format that nobody makes
 */
export function makeNameId(format: string, context: NameIdContext): NameId {
  const make = makers.get(format);
  if (make === undefined) {
    throw new GakumonError('name-id-policy', { detail: `no NameID of the format ${JSON.stringify(format)} is made` });
  }
  return make(context);
}

/** Fresh in every response, at most 256 characters, and meaningless to everybody (SAML Core 8.3.8). */
function makeTransient({ entityId, serviceProvider, newId }: NameIdContext): NameId {
  return {
    format: nameIdFormats.transient,
    value: newId(),
    nameQualifier: entityId,
    spNameQualifier: serviceProvider.entityId,
  };
}
