import { createServer } from 'node:net';
import type { DemoSettings } from './settings.ts';

/**
 * Both ports are free, before anything is made or a log is opened: a second start must not touch what the first one uses.
 * @throws Error that says which is taken and what can be done
 */
export async function requireFreePorts({ idpPort, spPort }: DemoSettings): Promise<void> {
  if (idpPort === spPort) throw new Error(`GAKUMON_PORT and GAKUMON_DEMO_PORT are both ${idpPort}`);
  for (const [port, variable] of [
    [idpPort, 'GAKUMON_PORT'],
    [spPort, 'GAKUMON_DEMO_PORT'],
  ] as const) {
    if (await isFree(port)) continue;
    throw new Error(
      `the port localhost:${port} is taken\ngakumon: hint: is it already running? Otherwise choose another port with ${variable}`,
    );
  }
}

async function isFree(port: number): Promise<boolean> {
  const server = createServer();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject).listen({ host: '127.0.0.1', port, exclusive: true }, resolve);
    });
  } catch (error) {
    // Another trouble with the port is the server's to tell.
    return (error as NodeJS.ErrnoException).code !== 'EADDRINUSE';
  }
  await new Promise((resolve) => server.close(resolve));
  return true;
}
