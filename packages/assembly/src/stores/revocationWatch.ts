import type { Revocable, Revocation, Revocations } from '@gakumon/idp';
import type { Clock, SessionId, Username } from '@gakumon/terms';

/** The revocations that still count, in the memory of this node. */
export type RevocationWatch = {
  /** Whether somebody ordered that this is over. Two look-ups, however many revocations there are. */
  isRevoked(revocable: Revocable): boolean;
  /**
   * Looks whether there are more; call it every second. What is known stays when that fails.
   * @throws GakumonError `store-unavailable`
   */
  refresh(): Promise<void>;
  /** The port, whose `add` holds on this node at once. */
  readonly revocations: Revocations;
};

/**
 * Loads the revocations and keeps them at hand.
 * @throws GakumonError `store-unavailable`: nobody may be served before they were read once
 */
export async function watchRevocations(records: Revocations, clock: Clock): Promise<RevocationWatch> {
  let orders = createOrders([]);
  let generation: number | undefined;

  async function refresh(): Promise<void> {
    const newest = await records.generation();
    const now = clock();
    if (newest === generation && now < orders.firstEnd()) return;
    // The generation that was asked for before the list: what is added in between raises it, and is read next time.
    orders = createOrders(await records.list(now));
    generation = newest;
  }

  await refresh();
  return {
    isRevoked: (revocable) => orders.cover(revocable),
    refresh,
    revocations: {
      ...records,
      add: async (revocation) => {
        await records.add(revocation);
        orders.note(revocation);
      },
    },
  };
}

type Orders = {
  note(revocation: Revocation): void;
  cover(revocable: Revocable): boolean;
  /** When one of them may be forgotten, milliseconds. */
  firstEnd(): number;
};

function createOrders(revocations: readonly Revocation[]): Orders {
  /** Under session and person: nobody ends the session of somebody else. */
  const sessions = new Set<string>();
  /** Until when all sessions of a person are over. */
  const people = new Map<Username, number>();
  let firstEnd = Number.POSITIVE_INFINITY;
  const note = ({ username, session, at, keepUntil }: Revocation): void => {
    if (session === undefined) people.set(username, Math.max(at, people.get(username) ?? at));
    else sessions.add(nameOf(session, username));
    firstEnd = Math.min(firstEnd, keepUntil);
  };
  for (const revocation of revocations) note(revocation);
  return {
    note,
    cover: ({ id, username, createdAt }) =>
      (id !== undefined && sessions.has(nameOf(id, username))) ||
      createdAt <= (people.get(username) ?? Number.NEGATIVE_INFINITY),
    firstEnd: () => firstEnd,
  };
}

const nameOf = (session: SessionId, username: Username): string => `${session} ${username}`;
