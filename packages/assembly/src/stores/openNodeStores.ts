import { setTimeout as pause } from 'node:timers/promises';
import type { Config, Environment } from '@gakumon/config';
import type { Stores } from '@gakumon/stores';
import { type Clock, GakumonError, isGakumonError, reasonOf, seconds } from '@gakumon/terms';
import type { Report } from '../notice.ts';
import { type DepartureWatch, watchDepartures } from '../people/departureWatch.ts';
import { openConfiguredStores } from './openConfiguredStores.ts';
import { type RevocationWatch, watchRevocations } from './revocationWatch.ts';

/** What a node must have before it answers anybody. */
export type NodeStores = {
  readonly stores: Stores;
  readonly revocationWatch: RevocationWatch;
  readonly departureWatch: DepartureWatch;
};

export type OpenNodeStoresOptions = {
  readonly clock: Clock;
  readonly env: Environment;
  readonly report: Report;
  /** Gives up. */
  readonly signal: AbortSignal;
};

/** How long a node waits before it tries again, milliseconds. */
const interval = seconds(2);

/**
 * Opens the stores for a node that starts. When one on the network is away it says why and tries again until it is
 * there: after a power cut machines come back in any order, and nobody should have to start anything by hand. What is in
 * a file does not come back by waiting.
 * @throws GakumonError as `openConfiguredStores`; `interrupted` when told to give up
 */
export async function openNodeStores(config: Config, options: OpenNodeStoresOptions): Promise<NodeStores> {
  const { report, signal } = options;
  let told: string | undefined;
  for (;;) {
    if (signal.aborted) throw new GakumonError('interrupted');
    try {
      const opened = await openOnce(config, options);
      if (told !== undefined) report({ level: 'info', message: 'the stores are there' });
      return opened;
    } catch (error) {
      if (!isWorthWaiting(config, error)) throw error;
      const reason = reasonOf(error);
      // Once for each reason: when the server is up, the password may still be wrong.
      if (reason !== told)
        report({ level: 'error', message: 'nobody is served before a store is there', fields: { reason } });
      told = reason;
    }
    await pause(interval, undefined, { signal }).catch(() => {});
  }
}

async function openOnce(config: Config, { clock, env, report }: OpenNodeStoresOptions): Promise<NodeStores> {
  const stores = await openConfiguredStores(config, { clock, env, report });
  try {
    const revocationWatch = await watchRevocations(stores.revocations, clock);
    return { stores, revocationWatch, departureWatch: await watchDepartures(stores.departures, clock) };
  } catch (error) {
    await stores.close();
    throw error;
  }
}

function isWorthWaiting({ stores }: Config, error: unknown): boolean {
  if (!isGakumonError(error) || error.code !== 'store-unavailable') return false;
  return stores.records.kind === 'postgres' || stores.sessions.kind === 'redis';
}
