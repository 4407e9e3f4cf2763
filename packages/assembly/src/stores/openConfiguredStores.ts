import type { Config, Environment } from '@gakumon/config';
import { openStores, type Stores, type TellUnreadable } from '@gakumon/stores';
import type { Clock } from '@gakumon/terms';
import type { Report } from '../notice.ts';
import { readStoreLocations } from './storeLocations.ts';

/**
 * Opens the stores that the configuration names, and makes the folder of a SQLite file.
 * @throws GakumonError `store-unavailable`, `records-newer`, and for their passwords and certificates `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function openConfiguredStores(
  config: Pick<Config, 'stores'>,
  { clock, env, report }: { readonly clock: Clock; readonly env: Environment; readonly report?: Report },
): Promise<Stores> {
  const tellUnreadable: TellUnreadable = (what, id) =>
    report?.({
      level: 'warn',
      message: 'what cannot be read was thrown away: a new login replaces it',
      fields: { what, id },
    });
  return openStores({ ...(await readStoreLocations(config, env)), clock, tellUnreadable });
}
