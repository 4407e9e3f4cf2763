import { type ComputedIdGenerator, createComputedIdGenerator, type IdentifierGenerator } from '@gakumon/attributes';
import {
  type ComputedGeneratorConfig,
  type Config,
  type Environment,
  type IdentifierGeneratorConfig,
  readSecret,
  secretPlace,
} from '@gakumon/config';
import { makeSealingKeys, type SealingKeys } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { parseSealingKeys } from './sealing/sealingKeyFile.ts';

/** Whoever is told to make a new one here does harm that no backup mends later. */
const ifMissing = {
  sealing:
    'restore it from the backup; if there is none, a new one (openssl rand -base64 32) ends open logins, and what is sealed in the records is lost',
  salt: 'restore it from the backup; a new salt makes everybody somebody else at every service',
} as const;

/**
 * Reads the sealing keys: one line of base64 each (32 octets or more). The first one seals; all of them open what they
 * sealed, so that a rotation ends nobody's login.
 * @throws GakumonError `key-missing`, `key-invalid`, `file-unreadable`
 */
export async function readSealingKeys({ keys }: Pick<Config, 'keys'>, env: Environment): Promise<SealingKeys> {
  const text = await readSecret(keys.sealing, env, ifMissing.sealing);
  const entries = parseSealingKeys(text, secretPlace(keys.sealing));
  return makeSealingKeys(
    entries.map(({ secret }) => secret),
    entries.flatMap(({ retired }) => retired),
  );
}

/** What each kind of identifier is computed by. */
export type IdentifierGenerators = Readonly<Record<'targetedId' | 'pairwiseId' | 'persistent', IdentifierGenerator>>;

/**
 * Reads the salts of the generators of identifiers that differ from SP to SP. As a new Shibboleth IdP sets them up, there
 * is one for all: SHA-1 in base32, 32 characters that every SP and Shibboleth's own table have room for. The salt is a
 * key, so collisions are nobody's to make; the letters' case carries no meaning, as pairwise-id asks for.
 * @throws GakumonError `key-missing`, `key-invalid`
 */
export async function readIdentifierGenerators(
  { identifiers }: Pick<Config, 'identifiers'>,
  env: Environment,
): Promise<IdentifierGenerators> {
  const generators = await Promise.all(identifiers.generators.map((generator) => readGenerator(generator, env)));
  const named = (wanted: string): IdentifierGenerator => {
    const found = generators.find(({ name }) => name === wanted);
    if (found === undefined) throw new GakumonError('config-invalid', { detail: `no generator is called ${wanted}` });
    return found;
  };
  return {
    targetedId: named(identifiers.targetedId),
    pairwiseId: named(identifiers.pairwiseId),
    persistent: named(identifiers.persistent),
  };
}

async function readGenerator(generator: IdentifierGeneratorConfig, env: Environment): Promise<IdentifierGenerator> {
  if (!('kind' in generator)) return readComputed(generator, env);
  const { kind, name, source } = generator;
  if (generator.first === 'random') return { kind, name, source, first: 'random' };
  const { salt, algorithm, encoding } = await readComputed(generator, env);
  return { kind, name, source, first: { salt, algorithm, encoding } };
}

async function readComputed(generator: ComputedGeneratorConfig, env: Environment): Promise<ComputedIdGenerator> {
  const { name, source, saltEncoding, algorithm, encoding } = generator;
  const text = await readSecret(generator.salt, env, ifMissing.salt);
  // Node reads what is not base64 as something else, and everybody would be somebody else.
  if (saltEncoding === 'base64' && Buffer.from(text, 'base64').toString('base64') !== text) {
    throw new GakumonError('key-invalid', { detail: `${secretPlace(generator.salt)} must hold base64, on one line` });
  }
  const salt = Buffer.from(text, saltEncoding === 'base64' ? 'base64' : 'utf8');
  return createComputedIdGenerator({ name, source, salt, algorithm, encoding });
}
