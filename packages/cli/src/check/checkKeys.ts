import { readIdentifierGenerators, readSealingKeys } from '@gakumon/assembly';
import type { Config, Environment, Secret } from '@gakumon/config';
import { attempt } from './attempt.ts';
import { checkMode } from './checkMode.ts';
import { checkSamlKeys } from './checkSamlKeys.ts';
import type { Finding } from './finding.ts';

/** Keys fit their certificates, secrets are there, nobody else can read them, and no certificate ends soon. */
export async function checkKeys(config: Config, env: Environment, now: number): Promise<readonly Finding[]> {
  const pairs = [checkSamlKeys(config.keys.directory, now)];
  const secrets = [
    attempt('key', async () => {
      const { all } = await readSealingKeys(config, env);
      const found: Finding = { level: 'ok', about: 'key', message: `sealing: ${all.length} in use` };
      return [found, ...(await checkSecretMode(config.keys.sealing))];
    }),
    attempt('key', async () => {
      await readIdentifierGenerators(config, env);
      const found: Finding = { level: 'ok', about: 'key', message: 'salt of persistent identifiers: there' };
      const modes = await Promise.all(
        config.identifiers.generators.map((one) => ('salt' in one ? checkSecretMode(one.salt) : [])),
      );
      return [found, ...modes.flat()];
    }),
  ];
  return (await Promise.all([...pairs, ...secrets])).flat();
}

/** Nobody but this user may read a secret's file. */
export async function checkSecretMode(secret: Secret): Promise<Finding[]> {
  return 'file' in secret ? checkMode(secret.file) : [];
}
