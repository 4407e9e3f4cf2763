import type { AccessRefusal } from '@gakumon/attributes';
import type { Config } from '@gakumon/config';
import {
  chooseEncryption,
  type EncryptionChoice,
  findAccessRefusal,
  findStoredIds,
  type Idp,
  type Release,
  releaseAttributes,
  type ServiceProviderSettings,
} from '@gakumon/idp';
import type { ServiceProvider } from '@gakumon/metadata';
import type { Person, Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { requireServiceProvider } from '../policy/findParties.ts';
import { requirePerson } from '../policy/ground.ts';
import { withLibrary } from '../withConfig.ts';
import { withPeopleOf } from '../withPeople.ts';
import { type SealedAccess, withSealedRecords } from '../withSealedRecords.ts';
import { readDocuments } from './readDocuments.ts';

/** Who would log in where. */
export type PreviewWish = {
  readonly username: Username;
  readonly entityId: string;
  /** AttributeConsumingServiceIndex. */
  readonly index: number | undefined;
};

/** What an SP would get. */
export type Preview = {
  readonly person: Person;
  readonly serviceProvider: ServiceProvider;
  readonly release: Release;
  readonly encryption: EncryptionChoice;
  /** Undefined: the person may use the service. */
  readonly refusal: AccessRefusal | undefined;
  readonly settings: ServiceProviderSettings;
};

/** A transient NameID is another one at each login, so that none can be told before. */
export const anotherEachLogin = '(another one at each login)';

/**
 * What a login now would let out about somebody, by the functions of the login itself and what is in force on all nodes.
 * Nothing is written: a stored identifier that is not there yet is not drawn.
 * @throws GakumonError `person-not-found`, `metadata-not-found`, `document-invalid`, `file-unreadable`, `key-missing`,
 *   `key-invalid`, `store-unavailable`, `directory-unavailable`, `source-unavailable`
 */
export function previewRelease(context: CliContext, config: Config, wish: PreviewWish): Promise<Preview> {
  return withSealedRecords(config, context, async (access) => {
    const person = await withPeopleOf(config, context, { records: access }, (people) =>
      requirePerson(people, wish.username),
    );
    const serviceProvider = await findServiceProvider(context, config, access, wish.entityId);
    const idp = await openReleasing(context, config, access);
    return decide(idp, person, serviceProvider, wish.index);
  });
}

type Releasing = Pick<
  Idp,
  | 'entityId'
  | 'scopes'
  | 'directoryScopes'
  | 'identifierGenerators'
  | 'releaseRules'
  | 'accessRules'
  | 'recipes'
  | 'settingsOf'
  | 'isBlocked'
  | 'storedIds'
  | 'cipherOfSource'
>;

async function openReleasing({ clock, env }: CliContext, config: Config, access: SealedAccess): Promise<Releasing> {
  const { cipherOfSource, directoryScopesOf, readIdentifierGenerators, watchDepartures } = await import(
    '@gakumon/assembly'
  );
  const documents = await readDocuments(config, access);
  const departures = await watchDepartures(access.departures, clock);
  return {
    entityId: config.idp.entityId,
    scopes: config.idp.scopes,
    directoryScopes: directoryScopesOf(config),
    identifierGenerators: await readIdentifierGenerators(config, env),
    releaseRules: () => documents.rules,
    accessRules: () => documents.access,
    recipes: () => documents.recipes,
    settingsOf: documents.settingsOf,
    isBlocked: departures.isBlocked,
    storedIds: access.storedIds,
    cipherOfSource: cipherOfSource(config),
  };
}

async function decide(
  idp: Releasing,
  person: Person,
  serviceProvider: ServiceProvider,
  attributeConsumingServiceIndex: number | undefined,
): Promise<Preview> {
  const request = { attributeConsumingServiceIndex, nameIdFormat: undefined };
  const releaseWith = (storedIds: ReadonlyMap<string, string> | undefined) =>
    releaseAttributes(idp, { request }, serviceProvider, person, () => anotherEachLogin, [], storedIds);
  const first = releaseWith(undefined);
  const { entityId, source } = serviceProvider;
  const settings = idp.settingsOf(entityId);
  return {
    person,
    serviceProvider,
    release:
      first.storedIds.length === 0 ? first : releaseWith((await findStoredIds(idp, entityId, first.storedIds)).inForce),
    encryption: chooseEncryption(serviceProvider, settings, idp.cipherOfSource(source)),
    refusal: findAccessRefusal(idp, request, serviceProvider, person),
    settings,
  };
}

async function findServiceProvider(
  context: CliContext,
  config: Config,
  { sealed, keys }: SealedAccess,
  entityId: string,
): Promise<ServiceProvider> {
  const { openMetadataRecords } = await import('@gakumon/assembly');
  return withLibrary(config, openMetadataRecords(sealed, keys), context, async (library) => {
    await library.refresh({ wait: true, missing: true });
    return requireServiceProvider(context, { config, library }, entityId);
  });
}
