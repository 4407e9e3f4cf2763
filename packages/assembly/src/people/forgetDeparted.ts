import { isStoredGenerator, sourceDigest } from '@gakumon/attributes';
import type { Departure, Departures, Idp } from '@gakumon/idp';
import type { SealedRecords } from '@gakumon/stores';
import { hours, type Username } from '@gakumon/terms';
import { resetByStaff } from '../authenticators/resetByStaff.ts';
import { authenticatorsKind } from '../authenticators/sealedAuthenticators.ts';
import { placesKind } from '../authenticators/sealedPlaces.ts';

/** So long what somebody enrolled is kept after they have gone, so that a mistake can be taken back; their account is closed. */
const kept = hours(24 * 30);
/** In one go: what is left comes next time. */
const mostAtOnce = 200;

/** What forgetting takes. */
export type Forgetting = {
  readonly idp: Parameters<typeof resetByStaff>[0]['idp'] &
    Pick<Idp, 'clock' | 'entityId' | 'identifierGenerators' | 'storedIds'>;
  readonly departures: Pick<Departures, 'list'>;
  readonly sealed: SealedRecords;
};

/**
 * Takes away what those who are gone had enrolled, and the places that they came from, and ends their stored identifiers:
 * whoever has their login name or their number one day begins without. Alumni keep theirs, and whoever goes on under
 * another name keeps the identifiers. Call it now and then, on any node.
 * @throws GakumonError `store-unavailable`
 */
export async function forgetDeparted({ idp, departures, sealed }: Forgetting): Promise<void> {
  const now = idp.clock();
  const known = await departures.list(now);
  const gone = known.filter(({ at, as }) => as === 'gone' && at + kept <= now);
  if (gone.length === 0) return;
  await endStoredIds(idp, gone, known);
  const due = new Set(gone.map(({ username }) => username));
  const namesOf = async (kind: string): Promise<readonly Username[]> => {
    const records = await sealed.listRevisions(kind);
    return records.map(({ name }) => name as Username).filter((name) => due.has(name));
  };
  for (const username of (await namesOf(authenticatorsKind)).slice(0, mostAtOnce)) {
    await resetByStaff({ idp, sealed }, username, { actor: 'system', detail: 'has left' });
    await sealed.remove(authenticatorsKind, username);
  }
  for (const username of (await namesOf(placesKind)).slice(0, mostAtOnce)) await sealed.remove(placesKind, username);
}

/** An identifier is somebody's by what it starts from, whoever had the login name at the time it was drawn. */
async function endStoredIds(
  { clock, entityId, identifierGenerators, storedIds }: Forgetting['idp'],
  gone: readonly Departure[],
  known: readonly Departure[],
): Promise<void> {
  const generators = Object.values(identifierGenerators).filter(isStoredGenerator);
  if (generators.length === 0) return;
  const digests = (of: readonly Departure[]) => new Set(of.flatMap(({ identifiers }) => identifiers));
  const over = digests(gone.filter(({ successor }) => successor === undefined));
  const goingOn = digests(known.filter(({ as, successor }) => as !== 'gone' || successor !== undefined));
  const isOver = (value: string): boolean =>
    generators
      .map(({ source }) => sourceDigest(source, value))
      .some((digest) => over.has(digest) && !goingOn.has(digest));
  const ended = (await storedIds.listSourceValues(entityId)).filter(isOver);
  await storedIds.deactivateAll(entityId, ended, clock());
}
