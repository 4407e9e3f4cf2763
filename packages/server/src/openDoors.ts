import { startManagement } from './management/startManagement.ts';
import type { ServerParts } from './serverParts.ts';
import { type RunningServer, startServer } from './startServer.ts';

/** Both doors: where people log in, and what monitors ask. */
export type RunningDoors = RunningServer & {
  /** Where else this node listens. */
  readonly alsoAt: readonly string[];
};

/**
 * Opens the browser's door, and the monitor's beside it.
 * @throws GakumonError `port-taken`, `listen-failed`, `config-invalid` for the browser's
 */
export async function openDoors(parts: ServerParts): Promise<RunningDoors> {
  const { url, close } = await startServer(parts);
  const management = await startManagement(parts);
  return {
    url,
    alsoAt: management.url === undefined ? [] : [management.url],
    close: async () => {
      // While the last logins are finished, somebody may look how many there are
      await close();
      await management.close();
    },
  };
}
