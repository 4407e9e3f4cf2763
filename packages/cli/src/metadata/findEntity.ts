import { type Config, loadReleaseRules } from '@gakumon/config';
import type { IdentityProvider, MetadataWarning, ServiceProvider } from '@gakumon/metadata';
import type { CliContext } from '../context.ts';
import { findSettings } from '../serviceProviderSettings.ts';
import { listTellings, type Telling } from './entityKnown.ts';
import { listLastUses } from './lastUses.ts';
import { type Circumstances, decideTreatment, type Treatment } from './treatment.ts';
import type { StoredMetadata } from './withStoredMetadata.ts';

/** Another source that tells of it. */
type Other = {
  readonly source: string;
  readonly hasExpired: boolean;
  /** It is trusted more than the one that is shown, so the end of its whole document has come. */
  readonly comesBefore: boolean;
};

/** Everything that is to be said of an entity. */
export type FoundEntity = {
  readonly serviceProvider: ServiceProvider | undefined;
  readonly identityProvider: IdentityProvider | undefined;
  /** Whether it is answered: a service provider that has not expired. */
  readonly isInForce: boolean;
  /** Undefined: it was told by a query, and no document of ours has it. */
  readonly telling: Telling | undefined;
  /** Who else tells of it, in the order in which they count. */
  readonly others: readonly Other[];
  /** Why it is not answered, where that is known; `undecided`: it may be in a while. */
  readonly unanswered: { readonly kind: 'unknown' | 'undecided'; readonly why: string | undefined } | undefined;
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
  const answer = await library.serviceProviders.ask(entityId);
  const inForce = answer.kind === 'found' ? answer.serviceProvider : undefined;
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
    others: tellings.flatMap((one, at) =>
      one === telling ? [] : describeOther(one, at < tellings.indexOf(telling ?? one), clock()),
    ),
    unanswered: answer.kind === 'found' ? undefined : answer,
    treatment: serviceProvider && (await treat(config, serviceProvider)),
    lastUse: lastUses.find((use) => use.entityId === entityId)?.at,
    warnings: telling === undefined ? [] : listWarnings(telling),
  };
}

function describeOther({ state, entity }: Telling, comesBefore: boolean, now: number): Other {
  const hasExpired = entity.validUntil !== undefined && entity.validUntil <= now;
  return { source: state.name, hasExpired, comesBefore };
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
