import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { GakumonError } from '@gakumon/terms';
import type { Environment } from './loadConfig.ts';

/**
 * Finds the configuration: `--config`, then `GAKUMON_CONFIG`, then `./gakumon.yaml`, then `./var/demo/gakumon.yaml`.
 * The first two are taken at their word, whether or not the file exists.
 * @returns an absolute path
 * @throws GakumonError `config-missing` when nothing names one and none of the usual places has one
 */
export function findConfigFile(option: string | undefined, env: Environment, cwd: string): string {
  const named = option ?? (env.GAKUMON_CONFIG || undefined);
  if (named !== undefined) return resolve(cwd, named);
  const usual = ['gakumon.yaml', 'var/demo/gakumon.yaml'].map((path) => resolve(cwd, path));
  const found = usual.find((path) => existsSync(path));
  if (found === undefined)
    throw new GakumonError('config-missing', { detail: `neither ${usual.join(' nor ')} is there` });
  return found;
}
