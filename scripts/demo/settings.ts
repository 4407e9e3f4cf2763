import { resolve } from 'node:path';

export type DemoSettings = {
  readonly idpPort: number;
  readonly spPort: number;
  /** Where the demonstration keeps everything. */
  readonly folder: string;
};

/** `GAKUMON_PORT` (8080), `GAKUMON_DEMO_PORT` (8081), `GAKUMON_DEMO_DIR` (`var/demo` in the checkout). */
export function readSettings(env: NodeJS.ProcessEnv): DemoSettings {
  return {
    idpPort: readPort('GAKUMON_PORT', env.GAKUMON_PORT, 8080),
    spPort: readPort('GAKUMON_DEMO_PORT', env.GAKUMON_DEMO_PORT, 8081),
    folder: resolve(env.GAKUMON_DEMO_DIR || resolve(import.meta.dirname, '../../var/demo')),
  };
}

export const addressOf = (port: number): string => `http://localhost:${port}`;

function readPort(variable: string, text: string | undefined, usual: number): number {
  if (text === undefined || text === '') return usual;
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new RangeError(`${variable} is "${text}", which is not a port number`);
}
