import {
  type IdentifierGenerator,
  identifiersOf,
  isStoredGenerator,
  type NamingContext,
  noRecipes,
  resolveAttributes,
} from '@gakumon/attributes';
import type { Config, Environment } from '@gakumon/config';
import type { Idp } from '@gakumon/idp';
import type { Person } from '@gakumon/terms';
import { attributesPlan } from '../published/documentPlans.ts';
import { readIdentifierGenerators } from '../secrets.ts';
import { directoryScopesOf } from './directoryScopesOf.ts';
import type { PeopleRecords } from './openPeople.ts';
import { readPublished } from './readInForce.ts';

/** What names a person, as `identifierDigest` writes it. */
export type Identification = (person: Person) => readonly string[];

/**
 * Makes what tells how people are named, by what is in force on all nodes now.
 * @throws GakumonError `document-invalid`, `file-unreadable`, `key-missing`, `key-invalid`, `store-unavailable`
 */
export async function readIdentification(
  config: Config,
  env: Environment,
  records: PeopleRecords,
): Promise<Identification> {
  const context = await readNamingContext(config, env, records);
  return (person) => identifiersOf(person, context);
}

/** The source values that stored identifiers of a person stand for; none that belongs to somebody who left. */
export type StoredSources = (person: Person) => readonly string[];

/**
 * Makes what tells which stored identifiers are a person's, by what is in force on all nodes now.
 * @throws GakumonError as readIdentification
 */
export async function readStoredSources(
  config: Config,
  env: Environment,
  records: PeopleRecords,
  isBlocked: Idp['isBlocked'],
): Promise<StoredSources> {
  const context = await readNamingContext(config, env, records);
  const { targetedId, pairwiseId, persistent } = context.generators;
  const stored = (one: IdentifierGenerator | undefined) => (isStoredGenerator(one) ? one : undefined);
  const generators = {
    targetedId: stored(targetedId),
    pairwiseId: stored(pairwiseId),
    persistent: stored(persistent),
  };
  const atHome = { ...context, generators, serviceProvider: { entityId: context.entityId } };
  return (person) => {
    const { sources } = resolveAttributes(person, {
      ...atHome,
      isBlocked: (digest) => isBlocked(digest, person.username),
    });
    return [...sources.values()].flatMap((one) => (one.kind === 'known' ? [one.value] : []));
  };
}

async function readNamingContext(config: Config, env: Environment, records: PeopleRecords): Promise<NamingContext> {
  const file = config.documents.attributes;
  const plan = file === undefined ? undefined : attributesPlan(config, file, () => {});
  const recipes = plan === undefined ? noRecipes : (await readPublished(plan, records))();
  return {
    entityId: config.idp.entityId,
    scopes: config.idp.scopes,
    directoryScopes: directoryScopesOf(config),
    recipes,
    generators: await readIdentifierGenerators(config, env),
  };
}
