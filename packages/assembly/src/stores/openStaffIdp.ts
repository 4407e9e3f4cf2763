import type { Config, Environment } from '@gakumon/config';
import { type HistoryEvent, type Idp, isRevokedBy, limitSessions } from '@gakumon/idp';
import type { SealedRecords, Stores } from '@gakumon/stores';
import type { Clock } from '@gakumon/terms';
import { createSealedAuthenticators } from '../authenticators/sealedAuthenticators.ts';
import { createIdMaker } from '../createIdMaker.ts';
import { readSealingKeys } from '../secrets.ts';
import { openConfiguredStores } from './openConfiguredStores.ts';

/** What staff need of an IdP, beside running servers. */
export type StaffIdp = Pick<
  Idp,
  | 'authenticators'
  | 'throttles'
  | 'cases'
  | 'sessions'
  | 'revocations'
  | 'isRevoked'
  | 'lifetimes'
  | 'history'
  | 'sealingKeys'
  | 'clock'
  | 'newId'
>;

export type OpenStaffIdp = {
  readonly idp: StaffIdp;
  /** Where a record that no key opens can be thrown away. */
  readonly sealed: SealedRecords;
  readonly departures: Stores['departures'];
  /** Writes down what was done. */
  readonly writeHistory: () => Promise<readonly HistoryEvent[]>;
  readonly close: () => Promise<void>;
};

/**
 * Opens the parts of an IdP that staff's orders take.
 * @throws GakumonError as `openConfiguredStores` and `readSealingKeys`
 */
export async function openStaffIdp(
  config: Pick<Config, 'stores' | 'sessions' | 'keys'>,
  surroundings: { readonly clock: Clock; readonly env: Environment },
): Promise<OpenStaffIdp> {
  const { clock, env } = surroundings;
  const sealingKeys = await readSealingKeys(config, env);
  const stores = await openConfiguredStores(config, surroundings);
  const events: HistoryEvent[] = [];
  try {
    const revocations = await stores.revocations.list(clock());
    return {
      idp: {
        authenticators: createSealedAuthenticators(stores.sealed, sealingKeys),
        throttles: stores.throttles,
        cases: stores.cases,
        sessions: limitSessions(stores.sessions, config.sessions.lifetime, clock),
        revocations: stores.revocations,
        isRevoked: (login) => isRevokedBy(revocations, login),
        lifetimes: config.sessions,
        history: { append: (event) => void events.push(event) },
        sealingKeys,
        clock,
        newId: createIdMaker(),
      },
      sealed: stores.sealed,
      departures: stores.departures,
      async writeHistory() {
        const written = events.splice(0);
        await stores.history.append(written);
        return written;
      },
      close: () => stores.close(),
    };
  } catch (error) {
    await stores.close();
    throw error;
  }
}
