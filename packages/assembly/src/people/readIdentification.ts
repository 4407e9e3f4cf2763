import { identifiersOf, noRecipes } from '@gakumon/attributes';
import type { Config, Environment } from '@gakumon/config';
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
  const file = config.documents.attributes;
  const plan = file === undefined ? undefined : attributesPlan(config, file, () => {});
  const recipes = plan === undefined ? noRecipes : (await readPublished(plan, records))();
  const context = {
    entityId: config.idp.entityId,
    scopes: config.idp.scopes,
    directoryScopes: directoryScopesOf(config),
    recipes,
    generators: await readIdentifierGenerators(config, env),
  };
  return (person) => identifiersOf(person, context);
}
