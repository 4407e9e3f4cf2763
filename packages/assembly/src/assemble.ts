import { randomBytes } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';
import type { Config, Environment } from '@gakumon/config';
import { type Idp, passwordContexts } from '@gakumon/idp';
import {
  createMetadataLibrary,
  type MetadataLibrary,
  publishIdpMetadata,
  type ServiceProviders,
} from '@gakumon/metadata';
import { openStores, type Stores } from '@gakumon/stores';
import { type Clock, isGakumonError, minutes, seconds } from '@gakumon/terms';
import { type Documents, openDocuments } from './documents.ts';
import { readKeyPair } from './keyPair.ts';
import { type Report, reportToStderr } from './notice.ts';
import { startPolling } from './polling.ts';
import { metadataSettings } from './publishedMetadata.ts';
import { readIdentifierGenerators, readSealingKeys } from './secrets.ts';
import { cipherOfSource } from './serviceProviderSettings.ts';
import { signingKeyOf } from './signingKey.ts';

/** Everything that a door of the IdP needs, ready to work. */
export type Parts = {
  readonly config: Config;
  readonly idp: Idp;
  readonly serviceProviders: ServiceProviders;
  /** Our own metadata, signed, as it is served. */
  readonly publishMetadata: () => Promise<string>;
  /** What keeps this node from answering now, in words for the operator; empty when it is ready. */
  readonly checkReady: () => Promise<readonly string[]>;
  /** Where notices for the operator's log go. */
  readonly report: Report;
  /** Stops the timers and closes the stores. */
  readonly close: () => Promise<void>;
};

export type AssembleOptions = {
  readonly clock?: Clock;
  readonly env?: Environment;
  readonly report?: Report;
};

/**
 * Makes the parts out of a configuration, and keeps them fresh: metadata and documents are looked at every second.
 * @throws GakumonError `key-missing`, `key-invalid`, `document-invalid`, `file-unreadable`, `store-unavailable`, `records-newer`
 */
export async function assemble(config: Config, options: AssembleOptions = {}): Promise<Parts> {
  const { clock = Date.now, env = process.env, report = reportToStderr } = options;
  // One after the other, so that of several things amiss the same one is told every time.
  const signing = await readKeyPair(config.keys.directory, 'signing');
  const encryption = await readKeyPair(config.keys.directory, 'encryption');
  const sealingKeys = await readSealingKeys(config, env);
  const identifierGenerators = await readIdentifierGenerators(config, env);
  const documents = await openDocuments(config, report);
  const stores = await openConfiguredStores(config, clock);
  const library = openLibrary(config, stores, clock);
  await refreshLibrary(library, report);
  const signingKey = signingKeyOf(signing);
  const settings = metadataSettings(config, { signing, encryption });
  return {
    config,
    idp: {
      entityId: config.idp.entityId,
      baseUrl: config.idp.baseUrl,
      scopes: config.idp.scopes,
      directoryScopes: directoryScopesOf(config),
      clock,
      newId: () => `_${randomBytes(16).toString('hex')}`,
      delay,
      signingKey,
      sealingKeys,
      identifierGenerators,
      serviceProviders: library.serviceProviders,
      wantAuthnRequestsSigned: config.idp.wantAuthnRequestsSigned,
      cipherOfSource: cipherOfSource(config),
      settingsOf: documents.settingsOf,
      releaseRules: documents.releaseRules,
      directories: () => documents.directories,
      authnContexts: passwordContexts,
      attempts: stores.attempts,
      pendingLogins: stores.pendingLogins,
      sessions: stores.sessions,
      throttles: stores.throttles,
      cases: stores.cases,
      lifetimes: config.sessions,
    },
    serviceProviders: library.serviceProviders,
    publishMetadata: () => publishIdpMetadata(settings, signingKey),
    checkReady: () => listProblems(stores),
    report,
    close: keepFresh({ library, documents, stores, clock, report }),
  };
}

function directoryScopesOf(config: Config): Readonly<Record<string, string>> {
  const scoped = config.directory.flatMap(({ name, scope }) => (scope === undefined ? [] : [[name, scope] as const]));
  return Object.fromEntries(scoped);
}

/**
 * Opens the stores that the configuration names, and makes the folder of a SQLite file.
 * @throws GakumonError `store-unavailable`, `records-newer`
 */
export async function openConfiguredStores({ stores }: Config, clock: Clock): Promise<Stores> {
  return openStores({ ...stores, clock });
}

/** The library over the configured sources and what was loaded by hand; empty until its first refresh. */
export function openLibrary(config: Config, stores: Pick<Stores, 'metadata'>, clock: Clock): MetadataLibrary {
  return createMetadataLibrary({
    sources: config.metadata.sources,
    records: stores.metadata,
    ownEntityId: config.idp.entityId,
    clock,
  });
}

async function refreshLibrary(library: MetadataLibrary, report: Report): Promise<void> {
  const broken = library.sources().filter(({ problem }) => problem !== undefined);
  const { changed, warnings } = await library.refresh();
  const well = new Set(library.sources().flatMap(({ name, problem }) => (problem === undefined ? [name] : [])));
  for (const { name } of broken.filter(({ name }) => well.has(name))) {
    report({ level: 'info', message: 'metadata source is well again', fields: { source: name } });
  }
  for (const { source, entityId = '', message } of warnings) {
    report({ level: 'warn', message: 'metadata', fields: { source, entityId, reason: message } });
  }
  if (changed) {
    report({
      level: 'info',
      message: 'metadata in force',
      fields: { serviceProviders: library.serviceProviders.list().length },
    });
  }
}

type Fresh = { library: MetadataLibrary; documents: Documents; stores: Stores; clock: Clock; report: Report };

/**
 * Our own metadata, signed, for whoever does not serve it.
 * @throws GakumonError `key-missing`, `key-invalid`
 */
export async function publishOwnMetadata(config: Config): Promise<string> {
  const { directory } = config.keys;
  const signing = await readKeyPair(directory, 'signing');
  const encryption = await readKeyPair(directory, 'encryption');
  return publishIdpMetadata(metadataSettings(config, { signing, encryption }), signingKeyOf(signing));
}

/** @returns ends it all */
function keepFresh({ library, documents, stores, clock, report }: Fresh): () => Promise<void> {
  const complain = (error: unknown): void => {
    const reason = isGakumonError(error) ? error.message : String(error);
    report({ level: 'error', message: 'housekeeping failed', fields: { reason } });
  };
  const look = (): Promise<unknown> => Promise.all([refreshLibrary(library, report), documents.refresh()]);
  const stops = [
    startPolling(look, seconds(1), complain),
    startPolling(() => stores.sweep(clock()), minutes(1), complain),
  ];
  return async () => {
    await Promise.all(stops.map((stop) => stop()));
    await stores.close();
  };
}

async function listProblems(stores: Stores): Promise<readonly string[]> {
  try {
    await stores.check();
    return [];
  } catch (error) {
    return [isGakumonError(error) ? error.message : 'the stores do not answer'];
  }
}
