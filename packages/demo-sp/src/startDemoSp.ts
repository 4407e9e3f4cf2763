import { createServer, type Server } from 'node:http';
import { GakumonError } from '@gakumon/terms';
import { createDemoSp } from './createDemoSp.ts';
import type { Settings } from './settings.ts';

export type RunningDemoSp = { readonly url: string; close(): Promise<void> };

/**
 * Starts the demonstration.
 * @throws GakumonError `port-taken` | `listen-failed`
 */
export async function startDemoSp(settings: Settings): Promise<RunningDemoSp> {
  const server = createServer(createDemoSp(settings));
  await listen(server, settings);
  return {
    url: settings.baseUrl,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function listen(server: Server, { host, port }: Settings): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', (cause: NodeJS.ErrnoException) => {
      const code = cause.code === 'EADDRINUSE' ? 'port-taken' : 'listen-failed';
      const hint = code === 'port-taken' ? 'is it already running? Otherwise set GAKUMON_DEMO_PORT' : undefined;
      reject(new GakumonError(code, { detail: `${host}:${port}: ${cause.message}`, hint, cause }));
    });
    server.listen(port, host, () => resolve());
  });
}
