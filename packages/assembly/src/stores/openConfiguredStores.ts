import type { Config, Environment } from '@gakumon/config';
import { openStores, type Stores } from '@gakumon/stores';
import type { Clock } from '@gakumon/terms';
import { readStoreLocations } from './storeLocations.ts';

/**
 * Opens the stores that the configuration names, and makes the folder of a SQLite file.
 * @throws GakumonError `store-unavailable`, `records-newer`, and for their passwords and certificates `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function openConfiguredStores(
  config: Pick<Config, 'stores'>,
  { clock, env }: { readonly clock: Clock; readonly env: Environment },
): Promise<Stores> {
  return openStores({ ...(await readStoreLocations(config, env)), clock });
}
