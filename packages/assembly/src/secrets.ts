import { type ComputedIdGenerator, createComputedIdGenerator } from '@gakumon/attributes';
import { type Config, type Environment, readSecret, secretPlace } from '@gakumon/config';
import { makeSealingKeys, type SealingKeys } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';

const fewestSealingOctets = 32;

/**
 * Reads the sealing keys: one line of base64 each (32 octets or more), newest first. The older ones still open what they
 * sealed, so that a rotation ends nobody's login.
 * @throws GakumonError `key-missing`, `key-invalid`
 */
export async function readSealingKeys(config: Pick<Config, 'keys'>, env: Environment): Promise<SealingKeys> {
  const text = await readSecret(config.keys.sealing, env);
  const secrets = text.split(/\s+/).map((line) => Buffer.from(line, 'base64'));
  if (secrets.some((secret) => secret.length < fewestSealingOctets)) {
    throw new GakumonError('key-invalid', {
      detail: `${secretPlace(config.keys.sealing)} must hold base64 of ${fewestSealingOctets} random octets, one key a line`,
    });
  }
  return makeSealingKeys(secrets);
}

/**
 * The generators of identifiers that differ from SP to SP, as a new Shibboleth IdP sets them up: SHA-1 in base32, 32
 * characters that every SP and Shibboleth's own table have room for. The salt is a key, so collisions are nobody's to
 * make; the letters' case carries no meaning, as pairwise-id asks for. The salt is the text of the file itself.
 * @throws GakumonError `key-missing`, `key-invalid`
 */
export async function readIdentifierGenerators(
  config: Pick<Config, 'keys'>,
  env: Environment,
): Promise<Readonly<Record<'targetedId' | 'pairwiseId' | 'persistent', ComputedIdGenerator>>> {
  const salt = Buffer.from(await readSecret(config.keys.salt, env), 'utf8');
  const generator = { source: 'username', salt, algorithm: 'sha1', encoding: 'base32' } as const;
  return {
    targetedId: createComputedIdGenerator({ ...generator, name: 'targetedId' }),
    pairwiseId: createComputedIdGenerator({ ...generator, name: 'pairwiseId' }),
    persistent: createComputedIdGenerator({ ...generator, name: 'persistent' }),
  };
}
