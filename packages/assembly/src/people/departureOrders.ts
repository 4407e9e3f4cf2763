import { type Departure, endSessionsOfPerson, type HistoryEvent } from '@gakumon/idp';
import { GakumonError, hours, type Person, type Username } from '@gakumon/terms';
import type { OpenStaffIdp } from '../stores/openStaffIdp.ts';
import type { Identification } from './readIdentification.ts';

/** Somebody who leaves: when it takes effect, milliseconds, as what, and under which name they go on. */
export type Leaving = { readonly person: Person } & Pick<Departure, 'at' | 'as' | 'successor'>;

/** What orders about those who leave stand on. */
export type DepartureDesk = Pick<OpenStaffIdp, 'idp' | 'departures'>;

/** How far something has come, of how much. */
export type OnDone = (done: number, of: number) => void;

/** How many people are looked at in the stores at once. */
const atOnce = 16;

/** For how many months what named somebody names nobody else (GakuNin). */
const blockedMonths = 24;

/** The same day two years later by the calendar of Japan. */
export function blockedUntil(at: number): number {
  const day = new Date(at + hours(9));
  day.setUTCMonth(day.getUTCMonth() + blockedMonths);
  return day.getTime() - hours(9);
}

/** What is written of somebody who leaves. Pure. */
export function toDeparture({ person, at, as, successor }: Leaving, identify: Identification): Departure {
  const going = { username: person.username, at, as, blockedUntil: blockedUntil(at), identifiers: identify(person) };
  return successor === undefined ? going : { ...going, successor };
}

/**
 * Writes down who leaves: all of them or none. On their day nothing has to be done any more. The sessions of those who
 * are gone already end now.
 * @param isElsewhere servers keep sessions in their own memory, where nobody sees them from outside
 * @returns how many sessions were seen and ended
 * @throws GakumonError `store-unavailable`: repeat it
 */
export async function registerDepartures(
  { idp, departures }: DepartureDesk,
  leaving: readonly Departure[],
  { isElsewhere = false, onDone = () => {} }: { readonly isElsewhere?: boolean; readonly onDone?: OnDone } = {},
): Promise<number> {
  await departures.put(leaving);
  const now = idp.clock();
  for (const one of leaving) note(idp, 'departed', one.username, describeDeparture(one, now));
  const gone = leaving.filter(({ at, as }) => as === 'gone' && at <= now);
  const ending = { actor: 'operator', detail: 'gakumon user leave' } as const;
  let [ended, done] = [0, 0];
  await forEach(gone, async ({ username }) => {
    // Who has none is stopped by the account; an order for everybody would be 10,000 writes
    const has = isElsewhere || (await idp.sessions.listOfPerson(username, now)).length > 0;
    const sessions = has ? await endSessionsOfPerson(idp, username, ending) : [];
    ended += sessions.length;
    done += 1;
    onDone(done, gone.length);
  });
  return ended;
}

const describeDeparture = ({ at, as, successor }: Departure, now: number): string =>
  `${at > now ? 'will leave: ' : ''}${as} at ${new Date(at).toISOString()}${successor === undefined ? '' : `, goes on as ${successor}`}`;

/** Takes a departure back. @throws GakumonError `departure-not-found`, `store-unavailable` */
export async function takeBackDeparture({ idp, departures }: DepartureDesk, username: Username): Promise<void> {
  if (!(await departures.remove(username))) {
    throw new GakumonError('departure-not-found', { detail: `${username} neither leaves nor has left` });
  }
  note(idp, 'returned', username, 'gakumon user return');
}

function note(
  idp: DepartureDesk['idp'],
  kind: Extract<HistoryEvent['kind'], 'departed' | 'returned'>,
  username: Username,
  detail: string,
): void {
  const about = { username, serviceProvider: undefined, session: undefined, address: undefined };
  idp.history.append({ id: idp.newId(), at: idp.clock(), kind, actor: 'operator', detail, ...about });
}

/** A few at once, in order. */
export async function forEach<T>(items: readonly T[], work: (item: T, index: number) => Promise<void>): Promise<void> {
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) await work(item, index);
  };
  await Promise.all(Array.from({ length: atOnce }, worker));
}
