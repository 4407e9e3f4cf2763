import { type Config, readDocumentText } from '@gakumon/config';
import { listAuthenticators } from '@gakumon/idp';
import type { ServiceProvider } from '@gakumon/metadata';
import type { Authenticator } from '@gakumon/mfa';
import type { Person, Username } from '@gakumon/terms';
import { describeShared, textInForce } from '../check/checkShared.ts';
import { explainMissing } from '../commands/metadataShow.ts';
import type { CliContext } from '../context.ts';
import { withLibrary } from '../withConfig.ts';
import { type SealedAccess, withSealedRecords } from '../withSealedRecords.ts';
import { type FoundPolicy, readDirectories, readPolicy, requirePerson, type TextOf } from './ground.ts';

/** Who comes, to whom, and the policy between them. */
export type Parties = FoundPolicy & {
  readonly person: Person;
  readonly serviceProvider: ServiceProvider;
  /** In the order in which they are offered. */
  readonly authenticators: readonly Authenticator[];
};

/**
 * Finds what a login would find now: documents as they are in force on all nodes, metadata, authenticators.
 * @param sought.draft a policy.yaml to take in place of the one in force
 * @throws GakumonError `person-not-found`, `metadata-not-found`, `document-invalid`, `file-unreadable`, `store-unavailable`
 */
export async function findParties(
  context: CliContext,
  config: Config,
  sought: { readonly username: Username; readonly entityId: string; readonly draft: string | undefined },
): Promise<Parties> {
  const reports = await describeShared(config, context);
  const textOf: TextOf = async (file) => textInForce(reports, file) ?? (await readDocumentText(file));
  const found = await readPolicy(config, textOf, sought.draft);
  const directories = await readDirectories(config, textOf);
  const person = await requirePerson(directories, sought.username);
  return withSealedRecords(config, context, async (access) => {
    const { createSealedAuthenticators } = await import('@gakumon/assembly');
    const sources = {
      authenticators: createSealedAuthenticators(access.sealed, access.keys),
      directories: () => directories,
      policy: () => found.policy,
    };
    const authenticators = await listAuthenticators(sources, person);
    return { ...found, person, authenticators, ...(await findService(context, config, access, sought.entityId)) };
  });
}

async function findService(
  context: CliContext,
  config: Config,
  { sealed, keys }: SealedAccess,
  entityId: string,
): Promise<Pick<Parties, 'serviceProvider'>> {
  const { openMetadataRecords } = await import('@gakumon/assembly');
  return withLibrary(config, openMetadataRecords(sealed, keys), context, async (library) => {
    await library.refresh({ wait: true, missing: true });
    return { serviceProvider: await requireServiceProvider(context, { config, library }, entityId) };
  });
}

type Known = Parameters<typeof explainMissing>[1];

/** @throws GakumonError `metadata-not-found`, with whom may be meant */
export async function requireServiceProvider(
  context: CliContext,
  known: Known,
  entityId: string,
): Promise<ServiceProvider> {
  const serviceProvider = await known.library.serviceProviders.find(entityId);
  if (serviceProvider === undefined) throw await explainMissing(context, known, entityId);
  return serviceProvider;
}
