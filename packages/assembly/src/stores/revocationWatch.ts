import type { Revocable, Revocation, Revocations } from '@gakumon/idp';
import { type Clock, minutes, type SessionId, type Username } from '@gakumon/terms';

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

/** However quiet the records are, they are looked at: after a fail-over another order may have the same generation. */
const longestQuiet = minutes(1);

/**
 * Loads the revocations and keeps them at hand.
 * @throws GakumonError `store-unavailable`: nobody may be served before they were read once
 */
export async function watchRevocations(records: Revocations, clock: Clock): Promise<RevocationWatch> {
  let orders = createOrders([]);
  let lastLook = '';
  let sights: Sights = new Map();

  async function refresh(): Promise<void> {
    // The generation before the list: what is added in between raises it, and is read next time.
    const generation = await records.generation();
    const now = clock();
    const look = `${generation} ${Math.floor(now / longestQuiet)}`;
    if (look === lastLook && now < orders.firstEnd()) return;
    const listed = await records.list(now);
    sights = lookAt(listed, sights, now);
    orders = createOrders(listed.map((revocation) => asSeen(revocation, sights)));
    lastLook = look;
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

/** When this node first saw the orders whose time had not come by its own clock, milliseconds. */
type Sights = ReadonlyMap<string, number>;

function lookAt(revocations: readonly Revocation[], before: Sights, now: number): Sights {
  const sights = new Map<string, number>();
  for (const revocation of revocations) {
    const key = keyOf(revocation);
    const seen = before.get(key) ?? (revocation.at > now ? now : undefined);
    if (seen !== undefined) sights.set(key, seen);
  }
  return sights;
}

/**
 * The clock of the node that ordered it may be ahead: who logs in here after the order was seen has done so after it,
 * and nobody is kept out until that clock's time comes.
 */
function asSeen(revocation: Revocation, sights: Sights): Revocation {
  return { ...revocation, at: Math.min(revocation.at, sights.get(keyOf(revocation)) ?? revocation.at) };
}

const keyOf = ({ username, session, except, at, keepUntil }: Revocation): string =>
  JSON.stringify([username, session, except, at, keepUntil]);

type Orders = {
  note(revocation: Revocation): void;
  cover(revocable: Revocable): boolean;
  /** When one of them may be forgotten, milliseconds. */
  firstEnd(): number;
};

function createOrders(revocations: readonly Revocation[]): Orders {
  /** Under session and person: nobody ends the session of somebody else. */
  const sessions = new Set<string>();
  /** Until when all sessions of a person are over, and the one that each of these orders leaves alone. */
  const people = new Map<Username, Order[]>();
  let firstEnd = Number.POSITIVE_INFINITY;
  const note = ({ username, session, except, at, keepUntil }: Revocation): void => {
    if (session === undefined) people.set(username, withOrder(people.get(username) ?? [], { at, except }));
    else sessions.add(nameOf(session, username));
    firstEnd = Math.min(firstEnd, keepUntil);
  };
  for (const revocation of revocations) note(revocation);
  return {
    note,
    cover: ({ id, username, createdAt }) =>
      (id !== undefined && sessions.has(nameOf(id, username))) ||
      (people.get(username) ?? []).some((order) => createdAt <= order.at && (id === undefined || id !== order.except)),
    firstEnd: () => firstEnd,
  };
}

type Order = { readonly at: number; readonly except: SessionId | undefined };

/** Of the orders that leave the same session alone only the newest counts. */
function withOrder(orders: readonly Order[], order: Order): Order[] {
  const same = orders.find(({ except }) => except === order.except);
  const others = orders.filter((other) => other !== same);
  return [...others, same !== undefined && same.at > order.at ? same : order];
}

const nameOf = (session: SessionId, username: Username): string => `${session} ${username}`;
