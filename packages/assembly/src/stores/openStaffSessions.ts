import type { Config, Environment } from '@gakumon/config';
import {
  endSessionById,
  endSessionsOfPerson,
  type HistoryEvent,
  isRevokedBy,
  lastUseOf,
  limitSessions,
  listSessions,
  type Revocable,
  type SsoSession,
} from '@gakumon/idp';
import type { Stores } from '@gakumon/stores';
import type { Clock, SessionId, Username } from '@gakumon/terms';
import { createIdMaker } from '../createIdMaker.ts';
import { openConfiguredStores } from './openConfiguredStores.ts';

/** A session as staff see it. */
export type StaffSession = SsoSession & {
  /** Milliseconds. */
  readonly lastUsedAt: number;
};

/**
 * The sessions of people for staff, beside running servers: what is ended here, those refuse within a second, wherever
 * they keep their sessions. Each method throws GakumonError `store-unavailable`: then it is not certain, to be repeated.
 */
export type StaffSessions = {
  /** Those that live, oldest first. Where servers keep them in their own memory, none are seen. */
  list(username: Username): Promise<readonly StaffSession[]>;
  /** @returns undefined when there is none of that id, or it is another person's; the former is recorded all the same */
  endOne(username: Username, id: SessionId): Promise<StaffSession | undefined>;
  /** @returns those that were seen and ended; logins that are under way end too */
  endAll(username: Username): Promise<readonly StaffSession[]>;
  /** The newest first. */
  listHistory(username: Username, limit: number): Promise<readonly HistoryEvent[]>;
  close(): Promise<void>;
};

/** @throws GakumonError as `openConfiguredStores` */
export async function openStaffSessions(
  config: Pick<Config, 'stores' | 'sessions'>,
  surroundings: { readonly clock: Clock; readonly env: Environment },
): Promise<StaffSessions> {
  const { clock } = surroundings;
  const opened = await openConfiguredStores(config, surroundings);
  const stores = { ...opened, sessions: limitSessions(opened.sessions, config.sessions.lifetime, clock) };
  const ending = { actor: 'operator', detail: 'gakumon user revoke' } as const;

  /** Runs an order and writes down what it did. */
  async function order<T>(work: (idp: ReturnType<typeof endersOf>) => Promise<T>): Promise<T> {
    const events: HistoryEvent[] = [];
    const done = await work(endersOf(stores, config, clock, events));
    await stores.history.append(events);
    return done;
  }

  return {
    async list(username) {
      const revocations = await stores.revocations.list(clock());
      const isRevoked = (login: Revocable): boolean => isRevokedBy(revocations, login);
      const sessions = await listSessions({ sessions: stores.sessions, clock, isRevoked }, username);
      return sessions.map(withLastUse);
    },
    async endOne(username, id) {
      const ended = await order((idp) => endSessionById(idp, id, { username, ...ending }));
      return ended && withLastUse(ended);
    },
    endAll: async (username) => (await order((idp) => endSessionsOfPerson(idp, username, ending))).map(withLastUse),
    listHistory: (username, limit) => stores.history.listOfPerson(username, limit),
    close: () => stores.close(),
  };
}

const endersOf = (
  stores: Stores,
  { sessions: lifetimes }: Pick<Config, 'sessions'>,
  clock: Clock,
  events: HistoryEvent[],
) => ({
  sessions: stores.sessions,
  revocations: stores.revocations,
  lifetimes,
  clock,
  newId: createIdMaker(),
  history: { append: (event: HistoryEvent) => void events.push(event) },
});

const withLastUse = (session: SsoSession): StaffSession => ({ ...session, lastUsedAt: lastUseOf(session) });
