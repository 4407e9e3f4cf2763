import { setTimeout as delay } from 'node:timers/promises';
import type { Config, Environment } from '@gakumon/config';
import { type History, type Idp, limitSessions, newSessionToken } from '@gakumon/idp';
import type { MetadataLibrary, ServiceProviders } from '@gakumon/metadata';
import type { PageStates, Stores } from '@gakumon/stores';
import { type Clock, minutes, seconds } from '@gakumon/terms';
import { createSealedAuthenticators } from './authenticators/sealedAuthenticators.ts';
import { createSealedPlaces } from './authenticators/sealedPlaces.ts';
import { createIdMaker } from './createIdMaker.ts';
import { type Documents, openDocuments } from './documents.ts';
import { type Job, startHousekeeping } from './housekeeping.ts';
import { type WatchedSamlKeys, watchSamlKeys } from './keys/watchSamlKeys.ts';
import { openLibrary, reportFormerMetadata, startLibrary } from './library.ts';
import { openMetadataRecords } from './metadata/metadataRecords.ts';
import { refreshLibrary } from './metadata/refreshLibrary.ts';
import { createMetrics, type Metrics } from './metrics/createMetrics.ts';
import { standingOf } from './metrics/sourceStanding.ts';
import { createTally } from './metrics/tally.ts';
import { watchSources } from './metrics/watchSources.ts';
import { whyUnknown } from './metrics/whyUnknown.ts';
import { type Report, reportToStderr } from './notice.ts';
import type { DepartureWatch } from './people/departureWatch.ts';
import { directoryScopesOf } from './people/directoryScopesOf.ts';
import { forgetDeparted } from './people/forgetDeparted.ts';
import { openPeople, type People } from './people/openPeople.ts';
import { publishMetadataBy } from './publishedMetadata.ts';
import { keepSealed } from './sealing/resealRecords.ts';
import { type WatchedSealingKeys, watchSealingKeys } from './sealing/watchSealingKeys.ts';
import { readIdentifierGenerators } from './secrets.ts';
import { cipherOfSource } from './serviceProviderSettings.ts';
import { createHistoryQueue, type HistoryQueue } from './stores/historyQueue.ts';
import { openNodeStores } from './stores/openNodeStores.ts';
import { createReadiness, type Readiness } from './stores/readiness.ts';
import { createReleaseLogQueue, type ReleaseLogQueue } from './stores/releaseLogQueue.ts';
import type { RevocationWatch } from './stores/revocationWatch.ts';
import { createUseQueue, notingUses, type UseQueue } from './stores/useQueue.ts';

export type { PageStates } from '@gakumon/stores';

/** Everything that a door of the IdP needs, ready to work. */
export type Parts = {
  readonly config: Config;
  readonly idp: Idp;
  readonly serviceProviders: ServiceProviders;
  /** Our own metadata, signed, as it is served. */
  readonly publishMetadata: () => Promise<string>;
  readonly readiness: Readiness;
  /** How the sources of metadata stand now, in their order. */
  readonly metadataSources: MetadataLibrary['sources'];
  readonly metrics: Metrics;
  /** What happened, as far as it is in the records: of other nodes the last second may be on its way. */
  readonly history: Pick<History, 'listOfPerson'>;
  readonly pageStates: PageStates;
  /** Which versions of the documents are in force on this node. */
  readonly documents: Pick<Documents, 'list' | 'generation'>;
  /** Where notices for the operator's log go. */
  readonly report: Report;
  /** Stops the timers, writes what waits and closes the stores. */
  readonly close: () => Promise<void>;
};

export type AssembleOptions = {
  readonly clock?: Clock;
  readonly env?: Environment;
  readonly report?: Report;
  /** Gives up waiting for stores that are away at the start. */
  readonly signal?: AbortSignal;
};

/**
 * Makes the parts out of a configuration, and keeps them fresh: keys, documents, metadata and revocations are looked at
 * every second. Waits for a PostgreSQL or Redis that is away.
 * @throws GakumonError `key-missing`, `key-invalid`, `document-invalid`, `file-unreadable`, `store-unavailable`,
 * `records-newer`; `interrupted` when the signal ended the wait
 */
export async function assemble(config: Config, options: AssembleOptions = {}): Promise<Parts> {
  const { clock = Date.now, env = process.env, report = reportToStderr } = options;
  const { signal = new AbortController().signal } = options;
  // One after the other, so that of several things amiss the same one is told every time.
  const samlKeys = await watchSamlKeys(config.keys.directory, report);
  const sealing = await watchSealingKeys(config, env, report);
  const identifierGenerators = await readIdentifierGenerators(config, env);
  const documents = await openDocuments(config, report);
  const { stores, revocationWatch, departureWatch } = await openNodeStores(config, { clock, env, report, signal });
  const isOneMachine = config.stores.records.kind !== 'postgres';
  await documents.share({ sealed: stores.sealed, keys: sealing.keys, clock, report, isOneMachine });
  const records = { sealed: stores.sealed, keys: sealing.keys };
  const { departureOf, isBlocked } = departureWatch;
  const people = await openPeople(config, { documents: documents.people, env, clock, records, departureOf, report });
  const history = createHistoryQueue(stores.history, { capacity: 10_000, batch: 500, report });
  const releaseLog = createReleaseLogQueue(stores.releaseLog, { capacity: 10_000, batch: 500, report });
  const uses = createUseQueue(stores.serviceProviderUses, { capacity: 20_000, batch: 500 });
  const metadataRecords = openMetadataRecords(stores.sealed, sealing.keys);
  const library = openLibrary(config, { ...metadataRecords, uses: stores.serviceProviderUses }, clock);
  await startLibrary(library, report, signal);
  await reportFormerMetadata(stores, report);
  const standings = () => library.sources().map(standingOf);
  const sources = watchSources(standings, clock, report);
  const readiness = readinessOf(config, stores, sources.allUsable, report);
  const idp: Idp = {
    entityId: config.idp.entityId,
    baseUrl: config.idp.baseUrl,
    scopes: config.idp.scopes,
    directoryScopes: directoryScopesOf(config),
    clock,
    newId: createIdMaker(),
    newSessionToken,
    delay,
    get signingKey() {
      return samlKeys.current().signingKey;
    },
    get decryptionKeys() {
      return samlKeys.current().decryptionKeys;
    },
    sealingKeys: sealing.keys,
    identifierGenerators,
    serviceProviders: library.serviceProviders,
    whyUnknown: whyUnknown(library, clock),
    wantAuthnRequestsSigned: config.idp.wantAuthnRequestsSigned,
    cipherOfSource: cipherOfSource(config),
    settingsOf: documents.settingsOf,
    releaseRules: documents.releaseRules,
    accessRules: documents.accessRules,
    recipes: documents.recipes,
    directories: () => people.directories,
    policy: documents.policy,
    authenticators: createSealedAuthenticators(stores.sealed, sealing.keys),
    places: createSealedPlaces(stores.sealed, sealing.keys, clock),
    codes: stores.codes,
    relyingParty: relyingPartyOf(config),
    attempts: stores.attempts,
    pendingLogins: stores.pendingLogins,
    sessions: limitSessions(stores.sessions, config.sessions.lifetime, clock),
    revocations: revocationWatch.revocations,
    isRevoked: revocationWatch.isRevoked,
    history: notingUses(history, uses),
    releaseLog,
    storedIds: stores.storedIds,
    isBlocked,
    throttles: stores.throttles,
    cases: stores.cases,
    lifetimes: config.sessions,
  };
  const jobs = listJobs({
    samlKeys,
    sealing,
    documents,
    library,
    metadataRecords,
    revocationWatch,
    departureWatch,
    idp,
    history,
    releaseLog,
    uses,
    stores,
    readiness,
    clock,
    report,
  });
  return {
    config,
    idp,
    serviceProviders: library.serviceProviders,
    publishMetadata: () => publishMetadataBy(config, samlKeys.current(), clock()),
    documents,
    readiness,
    metadataSources: library.sources,
    metrics: createMetrics(standings, createTally(), clock),
    history: readingOf(history, stores),
    pageStates: stores.pageStates,
    report,
    close: closing(startHousekeeping(jobs, report), { library, history, releaseLog, stores, people }),
  };
}

/** Passkeys are bound to the host name for good. */
function relyingPartyOf({ idp }: Config): Idp['relyingParty'] {
  const { origin, hostname } = new URL(idp.baseUrl);
  return { id: hostname, origin, name: idp.organization.en };
}

type KeptFresh = {
  readonly samlKeys: WatchedSamlKeys;
  readonly sealing: WatchedSealingKeys;
  readonly documents: Documents;
  readonly library: MetadataLibrary;
  readonly metadataRecords: ReturnType<typeof openMetadataRecords>;
  readonly revocationWatch: RevocationWatch;
  readonly departureWatch: DepartureWatch;
  readonly idp: Idp;
  readonly history: HistoryQueue;
  readonly releaseLog: ReleaseLogQueue;
  readonly uses: UseQueue;
  readonly stores: Stores;
  readonly readiness: Readiness;
  readonly clock: Clock;
  readonly report: Report;
};

function listJobs(kept: KeptFresh): readonly Job[] {
  const { samlKeys, sealing, documents, library, metadataRecords, revocationWatch, departureWatch } = kept;
  const { history, releaseLog, uses, stores, readiness, clock, report } = kept;
  const { idp } = kept;
  const { departures, sealed } = stores;
  const look = seconds(1);
  return [
    { name: 'SAML keys', interval: look, work: samlKeys.refresh },
    { name: 'sealing keys', interval: look, work: sealing.refresh },
    { name: 'documents', interval: look, work: documents.refresh },
    { name: 'metadata', interval: look, work: () => refreshLibrary(library, report) },
    { name: 'revocations', interval: look, work: revocationWatch.refresh },
    { name: 'departures', interval: look, work: departureWatch.refresh },
    { name: 'history', interval: look, work: history.flush },
    { name: 'release log', interval: look, work: releaseLog.flush },
    { name: 'uses of service providers', interval: look, work: uses.flush },
    { name: 'stores', interval: look, work: readiness.recheck },
    { name: 'secrets at rest', interval: minutes(1), work: keepSealed(stores.sealed, sealing.keys, report) },
    { name: 'what the departed left', interval: minutes(10), work: () => forgetDeparted({ idp, departures, sealed }) },
    { name: 'sweep', interval: minutes(1), work: () => stores.sweep(clock()) },
    { name: 'metadata left behind', interval: minutes(10), work: metadataRecords.sweep },
  ];
}

function readinessOf(
  { stores: { sessions } }: Config,
  stores: Stores,
  areSourcesUsable: () => boolean,
  report: Report,
): Readiness {
  const separate = sessions.kind === 'records' ? undefined : stores.checkSessions;
  return createReadiness({ records: stores.checkRecords, sessions: separate }, areSourcesUsable, report);
}

/** Who reads his history sees what he just did; a store that is slow to take it holds him up no longer than this. */
function readingOf(queue: HistoryQueue, { history }: Stores): Parts['history'] {
  return {
    async listOfPerson(username, limit) {
      await queue.settle(250);
      return history.listOfPerson(username, limit);
    },
  };
}

function closing(
  stopHousekeeping: () => Promise<void>,
  {
    library,
    history,
    releaseLog,
    stores,
    people,
  }: Pick<KeptFresh, 'library' | 'history' | 'releaseLog' | 'stores'> & { readonly people: People },
): () => Promise<void> {
  return async () => {
    await stopHousekeeping();
    await library.close();
    await people.close();
    await Promise.all([history.close(seconds(2)), releaseLog.close(seconds(2))]);
    await stores.close();
  };
}
