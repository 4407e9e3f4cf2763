import { type Config, loadReleaseRules } from '@gakumon/config';
import type { IdentityProvider, MetadataWarning, ServiceProvider } from '@gakumon/metadata';
import type { CliContext } from '../context.ts';
import { findSettings } from '../serviceProviderSettings.ts';
import { listTellings, type Telling } from './entityKnown.ts';
import { listLastUses } from './lastUses.ts';
import { type Circumstances, decideTreatment, type Treatment } from './treatment.ts';
import type { StoredMetadata } from './withStoredMetadata.ts';

/** Everything that is to be said of an entity. */
export type FoundEntity = {
  readonly serviceProvider: ServiceProvider | undefined;
  readonly identityProvider: IdentityProvider | undefined;
  /** Whether it is answered: a service provider that has not expired. */
  readonly isInForce: boolean;
  /** Undefined: it was told by a query, and no document of ours has it. */
  readonly telling: Telling | undefined;
  /** Who else tells of it, in the order in which they count. */
  readonly others: readonly { readonly source: string; readonly hasExpired: boolean }[];
  readonly treatment:
    | { readonly decided: Treatment; readonly encryption: string; readonly circumstances: Circumstances }
    | undefined;
  /** Milliseconds. */
  readonly lastUse: number | undefined;
  readonly warnings: readonly MetadataWarning[];
};

/** @returns undefined when no source tells of it */
export async function findEntity(
  { clock }: Pick<CliContext, 'clock'>,
  stored: StoredMetadata,
  entityId: string,
): Promise<FoundEntity | undefined> {
  const { library, config, uses } = stored;
  const inForce = await library.serviceProviders.find(entityId);
  const tellings = listTellings(library.sources(), entityId);
  const telling = tellings.find(({ state }) => state.name === inForce?.source) ?? tellings[0];
  const serviceProvider = inForce ?? telling?.reading.serviceProvider;
  const identityProvider = telling?.reading.identityProvider;
  if (serviceProvider === undefined && identityProvider === undefined) return undefined;
  const lastUses = await listLastUses(uses, clock());
  return {
    serviceProvider,
    identityProvider,
    isInForce: inForce !== undefined,
    telling,
    others: tellings.filter((one) => one !== telling).map((one) => describeOther(one, clock())),
    treatment: serviceProvider && (await treat(config, serviceProvider)),
    lastUse: lastUses.find((use) => use.entityId === entityId)?.at,
    warnings: telling === undefined ? [] : listWarnings(telling),
  };
}

function describeOther({ state, entity }: Telling, now: number): FoundEntity['others'][number] {
  return { source: state.name, hasExpired: entity.validUntil !== undefined && entity.validUntil <= now };
}

async function treat(config: Config, serviceProvider: ServiceProvider): Promise<FoundEntity['treatment']> {
  const { previewEncryption } = await import('@gakumon/assembly');
  const settings = await findSettings(config, serviceProvider.entityId);
  const { release } = config.documents;
  const rules = release === undefined ? [] : await loadReleaseRules(release).catch(() => undefined);
  const circumstances = { config, settings, rules };
  const decided = decideTreatment(serviceProvider, circumstances);
  const encryption = describeEncryption(previewEncryption(config, serviceProvider, settings));
  return { decided, encryption, circumstances };
}

type Choice = ReturnType<typeof import('@gakumon/assembly').previewEncryption>;

function describeEncryption(choice: Choice): string {
  if (choice.kind === 'clear') return 'none';
  if (choice.kind === 'impossible') return `impossible, so nobody can log in: ${choice.detail}`;
  return `${choice.cipher}, ${choice.keyTransport}, certificate ${choice.recipient.fingerprint}`;
}

function listWarnings({ reading, state, entity }: Telling): readonly MetadataWarning[] {
  const ofDocument = state.warnings.filter((warning) => warning.entityId === entity.entityId);
  const all = [...reading.warnings, ...ofDocument];
  return all.filter((one, at) => all.findIndex(({ message }) => message === one.message) === at);
}
