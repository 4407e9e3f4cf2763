import type { Departures, Idp } from '@gakumon/idp';
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
  readonly idp: Parameters<typeof resetByStaff>[0]['idp'] & Pick<Idp, 'clock'>;
  readonly departures: Pick<Departures, 'list'>;
  readonly sealed: SealedRecords;
};

/**
 * Takes away what those who are gone had enrolled, and the places that they came from: whoever has their login name one day
 * begins without. Alumni keep theirs. Call it now and then, on any node.
 * @throws GakumonError `store-unavailable`
 */
export async function forgetDeparted({ idp, departures, sealed }: Forgetting): Promise<void> {
  const now = idp.clock();
  const due = new Set(
    (await departures.list(now)).filter(({ at, as }) => as === 'gone' && at + kept <= now).map((one) => one.username),
  );
  if (due.size === 0) return;
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
