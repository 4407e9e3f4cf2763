import { identifierDigest } from '@gakumon/attributes';
import type { EntityId, Username } from '@gakumon/terms';
import type { IdentifierUse, IssuedIdentifier, ReleaseLog, StoredId, StoredIds } from '../ports.ts';

/** An identifier as somebody reports it, taken apart. */
export type ReportedIdentifier = {
  readonly value: string;
  /** As `IdP!SP!value` names them; undefined where only the value was given. */
  readonly identityProvider: string | undefined;
  readonly serviceProvider: string | undefined;
};

/** Whom an identifier names, and how that is known. */
export type FoundIdentifier = {
  /** Of a stored one: whom it was first given to, under the login name of that day. */
  readonly username: Username;
  readonly serviceProvider: string | undefined;
  readonly kind: IssuedIdentifier['kind'];
  /**
   * `log`: it was given out. `stored`: a record holds it. `computed`: it is what would be computed. `named`: it is what the
   * directories say now, the same at every SP.
   */
  readonly by: 'log' | 'stored' | 'computed' | 'named';
  /** Milliseconds; undefined where no answer is known that it was in. */
  readonly firstAt: number | undefined;
  readonly lastAt: number | undefined;
  /** Of a stored one that is no longer in force, milliseconds. */
  readonly deactivatedAt?: number | undefined;
  /** The source value of a stored one: whoever has it is the one who is named. */
  readonly standsFor?: string | undefined;
};

/** Reads an identifier as services show it: `IdP!SP!value` of an eduPersonTargetedID, or the bare value of any. */
export function readReportedIdentifier(written: string): ReportedIdentifier {
  const [identityProvider, serviceProvider, value, ...more] = written.trim().split('!');
  if (value === undefined || value === '' || more.length > 0) {
    return { value: written.trim(), identityProvider: undefined, serviceProvider: undefined };
  }
  return { value, identityProvider, serviceProvider };
}

/** The kinds that differ from SP to SP: a value of one is nothing at another. */
const kindsPerServiceProvider: readonly IssuedIdentifier['kind'][] = [
  'transient',
  'persistent',
  'eduPersonTargetedID',
  'pairwise-id',
];
const kindsEverywhere: readonly IssuedIdentifier['kind'][] = [
  'eduPersonPrincipalName',
  'eduPersonUniqueId',
  'subject-id',
];

/**
 * Looks for an identifier in the records: what was given out, and what is stored.
 * @param serviceProvider where it was seen; undefined: anywhere. An identifier of another SP is not found
 * @throws GakumonError `store-unavailable`
 */
export async function findInRecords(
  stores: { readonly releaseLog: Pick<ReleaseLog, 'findIdentifier'>; readonly storedIds: StoredIds },
  value: string,
  serviceProvider: EntityId | undefined,
): Promise<readonly FoundIdentifier[]> {
  const kinds = [...kindsPerServiceProvider, ...kindsEverywhere];
  const uses = await Promise.all(kinds.map((kind) => stores.releaseLog.findIdentifier(identifierDigest(kind, value))));
  const logged = uses.flat().map(fromUse);
  const stored = (await listStored(stores.storedIds, value)).map(fromStored);
  return [...logged, ...stored].filter((found) => isOf(found, serviceProvider));
}

/** A pairwise-id is the stored value with a scope behind it, in any case. */
async function listStored(storedIds: StoredIds, value: string): Promise<readonly StoredId[]> {
  const [bare = value] = value.split('@');
  const values = [...new Set([value, bare, bare.toUpperCase(), bare.toLowerCase()])];
  return (await Promise.all(values.map((one) => storedIds.findByValue(one)))).flat();
}

const isOf = ({ serviceProvider }: FoundIdentifier, wanted: EntityId | undefined): boolean =>
  wanted === undefined || serviceProvider === wanted;

const fromUse = (use: IdentifierUse): FoundIdentifier => ({ ...use, by: 'log' });

const fromStored = (id: StoredId): FoundIdentifier => ({
  username: id.principalName as Username,
  serviceProvider: id.peerEntity,
  kind: 'persistent',
  by: 'stored',
  firstAt: id.creationDate,
  lastAt: undefined,
  deactivatedAt: id.deactivationDate,
  standsFor: id.localId,
});
