import type { KnownDeparture } from '@gakumon/directory';
import type { Departure, Departures } from '@gakumon/idp';
import { type Clock, minutes, type Username } from '@gakumon/terms';

/** Who has left, in the memory of this node. */
export type DepartureWatch = {
  /** Somebody's, from its day on until what named them is free again. */
  departureOf(username: Username): KnownDeparture | undefined;
  /**
   * Whether an identifier named somebody who has left, and may not name this person.
   * @param digest as `identifierDigest` writes it
   */
  isBlocked(digest: string, username: Username): boolean;
  /**
   * Looks whether there are others; call it every second. What is known stays when that fails.
   * @throws GakumonError `store-unavailable`
   */
  refresh(): Promise<void>;
};

/** However quiet the records are, they are looked at: after a fail-over another change may have the same generation. */
const longestQuiet = minutes(1);

/**
 * Loads the departures and keeps them at hand: a day that comes takes effect without anybody looking.
 * @throws GakumonError `store-unavailable`: nobody may be served before they were read once
 */
export async function watchDepartures(
  records: Pick<Departures, 'list' | 'generation'>,
  clock: Clock,
): Promise<DepartureWatch> {
  let known = indexDepartures([]);
  let lastLook = '';

  async function refresh(): Promise<void> {
    // The generation before the list: what is changed in between raises it, and is read next time.
    const generation = await records.generation();
    const now = clock();
    const look = `${generation} ${Math.floor(now / longestQuiet)}`;
    if (look === lastLook) return;
    known = indexDepartures(await records.list(now));
    lastLook = look;
  }

  const counts = (departure: Departure | undefined): departure is Departure => {
    const now = clock();
    return departure !== undefined && departure.at <= now && now < departure.blockedUntil;
  };

  await refresh();
  return {
    refresh,
    departureOf(username) {
      const departure = known.people.get(username);
      return counts(departure) ? { at: departure.at, as: departure.as } : undefined;
    },
    isBlocked: (digest, username) =>
      (known.identifiers.get(digest) ?? []).some((one) => isOfAnother(one, username) && counts(one)),
  };
}

/** Whoever left under one login name may go on under another one. */
const isOfAnother = ({ username, successor }: Departure, asking: Username): boolean =>
  username !== asking && successor !== asking;

type Index = {
  readonly people: ReadonlyMap<Username, Departure>;
  readonly identifiers: ReadonlyMap<string, readonly Departure[]>;
};

function indexDepartures(departures: readonly Departure[]): Index {
  const identifiers = new Map<string, Departure[]>();
  for (const departure of departures) {
    for (const digest of departure.identifiers) {
      const others = identifiers.get(digest);
      if (others === undefined) identifiers.set(digest, [departure]);
      else others.push(departure);
    }
  }
  return { people: new Map(departures.map((one) => [one.username, one])), identifiers };
}
