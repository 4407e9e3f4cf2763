import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { GakumonError, seconds } from '@gakumon/terms';

export type Settings = {
  readonly host: string;
  readonly port: number;
  /** Where browsers reach it, without a slash at its end. */
  readonly baseUrl: string;
  /** Base URL of the IdP, without a slash at its end. */
  readonly idp: string;
  /** PEM. */
  readonly privateKey: string;
  readonly certificate: string;
  /** How long to wait for an IdP that is not up, milliseconds. */
  readonly patience: number;
};

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Reads the settings: `GAKUMON_DEMO_PORT` (8081), `GAKUMON_DEMO_HOST` (127.0.0.1), `GAKUMON_DEMO_URL`
 * (`http://localhost:PORT`), `GAKUMON_DEMO_IDP` (`http://localhost:8080`), and the PEM files that `GAKUMON_DEMO_KEY` and
 * `GAKUMON_DEMO_CERTIFICATE` name.
 * @throws GakumonError `config-invalid` | `key-missing` | `file-unreadable` | `key-invalid`
 */
export function readSettings(environment: Environment): Settings {
  const port = readPort(environment.GAKUMON_DEMO_PORT ?? '8081');
  const privateKey = readPem(environment, 'GAKUMON_DEMO_KEY', createPrivateKey);
  const certificate = readPem(environment, 'GAKUMON_DEMO_CERTIFICATE', (pem) => new X509Certificate(pem));
  return {
    host: environment.GAKUMON_DEMO_HOST ?? '127.0.0.1',
    port,
    baseUrl: readUrl('GAKUMON_DEMO_URL', environment.GAKUMON_DEMO_URL ?? `http://localhost:${port}`),
    idp: readUrl('GAKUMON_DEMO_IDP', environment.GAKUMON_DEMO_IDP ?? 'http://localhost:8080'),
    privateKey,
    certificate,
    patience: seconds(10),
  };
}

function readPort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new GakumonError('config-invalid', { detail: `GAKUMON_DEMO_PORT is ${JSON.stringify(text)}, no port` });
}

function readUrl(name: string, text: string): string {
  const url = URL.parse(text);
  if (url !== null && /^https?:$/.test(url.protocol)) return text.replace(/\/+$/, '');
  throw new GakumonError('config-invalid', { detail: `${name} is ${JSON.stringify(text)}, no http address` });
}

function readPem(environment: Environment, name: string, parse: (pem: string) => unknown): string {
  const file = environment[name];
  if (file === undefined || file === '') throw new GakumonError('key-missing', { detail: `${name} names no PEM file` });
  const pem = readText(name, file);
  try {
    parse(pem);
    return pem;
  } catch (cause) {
    throw new GakumonError('key-invalid', { detail: `${file} (${name})`, cause });
  }
}

function readText(name: string, file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (cause) {
    throw new GakumonError('file-unreadable', { detail: `${file} (${name})`, cause });
  }
}
