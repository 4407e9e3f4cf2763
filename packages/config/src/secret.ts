import { readFile } from 'node:fs/promises';
import { fileTrouble, GakumonError } from '@gakumon/terms';
import type { Secret } from './config.ts';
import type { Environment } from './loadConfig.ts';

/**
 * Reads a secret from where the configuration says it is, without the white space around it.
 * @throws GakumonError `key-missing` when it is not there, `key-invalid` when it is empty; the detail never has the value
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
    return await readFile(file, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return undefined;
    throw new GakumonError('file-unreadable', { detail: `${file} ${fileTrouble(error)}`, cause: error });
  }
}
