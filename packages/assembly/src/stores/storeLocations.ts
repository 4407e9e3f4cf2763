import { X509Certificate } from 'node:crypto';
import {
  type Config,
  type Environment,
  type RecordsConfig,
  readSecret,
  type Secret,
  type SessionsConfig,
  type TlsConfig,
} from '@gakumon/config';
import { readRegularFile } from '@gakumon/files';
import type { OpenStoresOptions } from '@gakumon/stores';
import { GakumonError } from '@gakumon/terms';

type StoreLocations = Pick<OpenStoresOptions, 'records' | 'sessions'>;

/** Octets; a bundle of a whole operating system's roots is a quarter of it. */
const longestBundle = 1_048_576;

const ifMissing = 'it is the password that the store asks for; restore it, or change stores in the configuration';

/**
 * Reads the secrets and certificates that the stores of a configuration need.
 * @throws GakumonError `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function readStoreLocations(
  { stores }: Pick<Config, 'stores'>,
  env: Environment,
): Promise<StoreLocations> {
  return {
    records: await readRecordsLocation(stores.records, env),
    sessions: await readSessionsLocation(stores.sessions, env),
  };
}

/** The same of the records alone. */
export async function readRecordsLocation(config: RecordsConfig, env: Environment): Promise<StoreLocations['records']> {
  if (config.kind !== 'postgres') return config;
  return { ...config, password: await readPassword(config.password, env), tls: await readTls(config.tls) };
}

export async function readSessionsLocation(
  config: SessionsConfig,
  env: Environment,
): Promise<StoreLocations['sessions']> {
  if (config.kind !== 'redis') return config;
  const { servers } = config;
  const known = { ...config, password: await readPassword(config.password, env), tls: await readTls(config.tls) };
  if (servers.shape !== 'sentinel') return { ...known, servers };
  const sentinelPassword = await readPassword(servers.sentinelPassword, env);
  return { ...known, servers: { ...servers, sentinelPassword } };
}

async function readPassword(secret: Secret | undefined, env: Environment): Promise<string | undefined> {
  return secret === undefined ? undefined : readSecret(secret, env, ifMissing);
}

async function readTls(tls: TlsConfig | undefined): Promise<TlsConfig | undefined> {
  return tls?.ca === undefined ? tls : { ca: await readAuthorities(tls.ca) };
}

/**
 * Certificates of authorities that are trusted, in PEM.
 * @throws GakumonError `key-invalid`, `file-unreadable`
 */
export async function readAuthorities(file: string): Promise<string> {
  const ca = (await readRegularFile(file, longestBundle)).toString('utf8');
  requireCertificates(file, ca);
  return ca;
}

/** A bundle that holds none would be found out by a refused connection, whose words don't say why. */
function requireCertificates(file: string, pem: string): void {
  const certificates = pem.match(/-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/g) ?? [];
  try {
    if (certificates.length > 0 && certificates.every((one) => new X509Certificate(one))) return;
  } catch {
    // Told below.
  }
  throw new GakumonError('key-invalid', { detail: `${file} must hold certificates of authorities in PEM` });
}
