import { resolve } from 'node:path';
import { GakumonError } from '@gakumon/terms';
import type { Config } from './config.ts';
import { configSchema } from './configSchema.ts';
import { loadDocument, parseDocument } from './document.ts';
import { isLoopbackUrl } from './loopback.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads gakumon.yaml. `GAKUMON_PORT` in the environment wins over `listen.port`; a base URL on this very machine follows
 * it, so that a demonstration can move to another port.
 * @throws GakumonError `config-missing`, `file-unreadable`, or `config-invalid` with every mistake and its line
 */
export async function loadConfig(path: string, env: Environment): Promise<Config> {
  const file = resolve(path);
  return withPort(await loadDocument(file, configSchema(file), 'config-invalid'), env.GAKUMON_PORT);
}

function withPort(config: Config, wanted: string | undefined): Config {
  if (wanted === undefined || wanted === '') return config;
  const port = parsePort('GAKUMON_PORT', wanted);
  const url = new URL(config.idp.baseUrl);
  if (isLoopbackUrl(url)) url.port = String(port);
  return Object.freeze({
    ...config,
    idp: Object.freeze({ ...config.idp, baseUrl: url.origin }),
    listen: Object.freeze({ ...config.listen, port }),
  });
}

/** @throws GakumonError `config-invalid` when the text is no port number */
export function parsePort(variable: string, text: string): number {
  const port = Number(text);
  if (/^\d{1,5}$/.test(text) && port >= 1 && port <= 65_535) return port;
  throw new GakumonError('config-invalid', { detail: `${variable} is "${text}", which is not a port number` });
}

/**
 * Checks the text of a gakumon.yaml that is not on the disk yet.
 * @param file where it will be
 * @throws GakumonError `config-invalid`
 */
export function parseConfig(text: string, file: string): Config {
  return parseDocument(text, file, configSchema(file), 'config-invalid');
}
