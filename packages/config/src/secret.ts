import { readRegularFile } from '@gakumon/files';
import { GakumonError, isGakumonError } from '@gakumon/terms';
import type { Secret } from './config.ts';
import type { Environment } from './loadConfig.ts';

/** Hundreds of sealing keys with their dates, octets. */
const longestSecret = 65_536;

/**
 * Reads a secret from where the configuration says it is, without the white space around it.
 * @throws GakumonError `key-missing` when it is not there, `key-invalid` when it is empty; the detail never has the value;
 * `file-unreadable`, also for what is no regular file: a pipe would hold a node for ever
 * @param hint what to do when it is missing
 */
export async function readSecret(secret: Secret, env: Environment, hint?: string): Promise<string> {
  const value = 'env' in secret ? env[secret.env] : await readSecretFile(secret.file);
  const where = secretPlace(secret);
  if (value === undefined) throw new GakumonError('key-missing', { detail: `${where} is missing`, hint });
  if (value.trim() === '') throw new GakumonError('key-invalid', { detail: `${where} is empty` });
  return value.trim();
}

/** Where a secret is, in words for the operator. */
export function secretPlace(secret: Secret): string {
  return 'env' in secret ? `the environment variable ${secret.env}` : secret.file;
}

async function readSecretFile(file: string): Promise<string | undefined> {
  try {
    return (await readRegularFile(file, longestSecret)).toString('utf8');
  } catch (error) {
    if (isGakumonError(error) && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')
      return undefined;
    throw error;
  }
}
