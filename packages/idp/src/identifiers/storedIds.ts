import { randomUUID } from 'node:crypto';
import { isStoredGenerator, makeFirstId, type WantedStoredId } from '@gakumon/attributes';
import type { EntityId, Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { StoredId } from '../ports.ts';

/** The values of one person at one SP, by what they start from. */
export type StoredIdsOf = ReadonlyMap<string, string>;

type Kept = Pick<Idp, 'entityId' | 'storedIds'>;

/** What was found in the records. */
export type FoundStoredIds = {
  readonly inForce: StoredIdsOf;
  /** Those that have none in force, each with the one that was deactivated last. */
  readonly others: readonly { readonly wanted: WantedStoredId; readonly last: StoredId | undefined }[];
};

/** Whether any identifier of this IdP is kept in the records: where none is, no login asks them. */
export function usesStoredIds({ identifierGenerators }: Pick<Idp, 'identifierGenerators'>): boolean {
  return Object.values(identifierGenerators).some(isStoredGenerator);
}

/**
 * Looks for the stored identifiers that would go to an SP; writes nothing.
 * @throws GakumonError `store-unavailable`
 */
export async function findStoredIds(
  { entityId, storedIds }: Kept,
  serviceProvider: EntityId,
  wanted: readonly WantedStoredId[],
): Promise<FoundStoredIds> {
  const found = await Promise.all(
    wanted.map(async (one) => ({
      wanted: one,
      last: await storedIds.find(entityId, serviceProvider, one.sourceValue),
    })),
  );
  const inForce = found.flatMap(({ wanted: { sourceValue }, last }) =>
    last === undefined || last.deactivationDate !== undefined ? [] : [[sourceValue, last.persistentId] as const],
  );
  const known = new Map(inForce);
  return { inForce: known, others: found.filter(({ wanted: { sourceValue } }) => !known.has(sourceValue)) };
}

/** Whether some of them would go out as `notYetStored`. */
export function isMissing(wanted: readonly WantedStoredId[], known: StoredIdsOf): boolean {
  return wanted.some(({ sourceValue }) => !known.has(sourceValue));
}

/**
 * Draws those that are not there, as Shibboleth does (GAKUNIN.md 6.3): the first one is computed or random, and one that
 * was deactivated is followed by a random one, which keeps what the SP calls the person.
 * @returns all of them; of two logins at once both are told the same
 * @throws GakumonError `store-unavailable`
 */
export async function giveStoredIds(
  idp: Kept & Pick<Idp, 'clock'>,
  serviceProvider: EntityId,
  username: Username,
  { inForce, others }: FoundStoredIds,
): Promise<StoredIdsOf> {
  const given = await Promise.all(
    others.map(async ({ wanted: { generator, sourceValue }, last }) => {
      const first = () => makeFirstId(generator, serviceProvider, sourceValue, randomUUID);
      const kept = await idp.storedIds.add({
        localEntity: idp.entityId,
        peerEntity: serviceProvider,
        persistentId: last === undefined ? first() : randomUUID(),
        principalName: username,
        localId: sourceValue,
        peerProvidedId: last?.peerProvidedId,
        creationDate: idp.clock(),
        deactivationDate: undefined,
      });
      return [sourceValue, kept.persistentId] as const;
    }),
  );
  return new Map([...inForce, ...given]);
}
