import { type AccessRefusal, makeFirstId, notYetStored } from '@gakumon/attributes';
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
import type { EntityId, Person, Username } from '@gakumon/terms';
import type { CliContext } from '../context.ts';
import { requireServiceProvider } from '../policy/findParties.ts';
import { requirePerson } from '../policy/ground.ts';
import { withLibrary } from '../withConfig.ts';
import { withPeopleOf } from '../withPeople.ts';
import { type SealedAccess, withSealedRecords } from '../withSealedRecords.ts';
import { type AssurancePreview, previewAssurance } from './previewAssurance.ts';
import { readDocuments } from './readDocuments.ts';

/** Who would log in where. */
export type PreviewWish = {
  readonly username: Username;
  readonly entityId: string;
  /** AttributeConsumingServiceIndex. */
  readonly index: number | undefined;
  /** The Format of the NameIDPolicy that the SP asks with. */
  readonly nameIdFormat: string | undefined;
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
  /** The one that is given where the SP asks for none. */
  readonly usualNameIdFormat: string;
  /** Undefined: the SP is not told how strong a login was. */
  readonly assurance: AssurancePreview | undefined;
};

/** A transient NameID is another one at each login, so that none can be told before. */
const anotherEachLogin = '(another one at each login)';

/**
 * What a login now would let out about somebody, by the functions of the login itself and what is in force on all nodes.
 * Nothing is written: of a stored identifier that is not there yet what it will begin with is told, if that is no chance.
 * @throws GakumonError `person-not-found`, `metadata-not-found`, `document-invalid`, `file-unreadable`, `key-missing`,
 *   `key-invalid`, `store-unavailable`, `directory-unavailable`, `source-unavailable`, `name-id-policy` as the login
 */
export function previewRelease(context: CliContext, config: Config, wish: PreviewWish): Promise<Preview> {
  return withSealedRecords(config, context, async (access) => {
    const person = await withPeopleOf(config, context, { records: access }, (people) =>
      requirePerson(people, wish.username),
    );
    const serviceProvider = await findServiceProvider(context, config, access, wish.entityId);
    const idp = await openReleasing(context, config, access);
    return decide(idp, person, serviceProvider, wish);
  });
}

/** What of an IdP decides what leaves. */
export type Releasing = Pick<
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
> & { readonly assuranceUris: readonly string[] };

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
    assuranceUris: documents.assuranceUris,
    isBlocked: departures.isBlocked,
    storedIds: access.storedIds,
    cipherOfSource: cipherOfSource(config),
  };
}

/** Decides as a login does, of somebody who was found, at a service that was. */
export async function decide(
  idp: Releasing,
  person: Person,
  serviceProvider: ServiceProvider,
  { index, nameIdFormat }: Pick<PreviewWish, 'index' | 'nameIdFormat'>,
): Promise<Preview> {
  const { entityId, source } = serviceProvider;
  const request = { attributeConsumingServiceIndex: index, nameIdFormat };
  const releaseWith = (asked: typeof request, assurance: readonly string[], storedIds?: ReadonlyMap<string, string>) =>
    releaseAttributes(idp, { request: asked }, serviceProvider, person, () => anotherEachLogin, assurance, storedIds);
  const first = releaseWith(request, []);
  const storedIds = await foretellStoredIds(idp, entityId, first);
  const settings = idp.settingsOf(entityId);
  return {
    person,
    serviceProvider,
    release: first.storedIds.length === 0 ? first : releaseWith(request, [], storedIds),
    encryption: chooseEncryption(serviceProvider, settings, idp.cipherOfSource(source)),
    refusal: findAccessRefusal(idp, request, serviceProvider, person),
    settings,
    usualNameIdFormat: releaseWith({ ...request, nameIdFormat: undefined }, []).nameId.format,
    assurance: settings.assuranceAttribute
      ? previewAssurance(idp.assuranceUris, (uris) => releaseWith(request, uris))
      : undefined,
  };
}

/** Those that are kept already, and what the others will begin with; one that will be drawn stays `notYetStored`. */
async function foretellStoredIds(
  idp: Releasing,
  serviceProvider: EntityId,
  { storedIds }: Release,
): Promise<ReadonlyMap<string, string>> {
  const { inForce, others } = await findStoredIds(idp, serviceProvider, storedIds);
  const notDrawn = () => notYetStored;
  const begun = others.map(({ wanted: { generator, sourceValue }, last }) => {
    const value = last === undefined ? makeFirstId(generator, serviceProvider, sourceValue, notDrawn) : notYetStored;
    return [sourceValue, value] as const;
  });
  return new Map([...inForce, ...begun]);
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
