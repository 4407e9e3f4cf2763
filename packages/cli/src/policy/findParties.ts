import { type Config, readDocumentText } from '@gakumon/config';
import { listAuthenticators } from '@gakumon/idp';
import type { ServiceProvider, ServiceProviders } from '@gakumon/metadata';
import type { Authenticator } from '@gakumon/mfa';
import type { Person, Username } from '@gakumon/terms';
import { listStrangers } from '../check/checkPolicy.ts';
import { describeShared, textInForce } from '../check/checkShared.ts';
import { explainMissing } from '../commands/metadataShow.ts';
import type { CliContext } from '../context.ts';
import { withLibrary } from '../withConfig.ts';
import { withPeopleOf } from '../withPeople.ts';
import { type SealedAccess, withSealedRecords } from '../withSealedRecords.ts';
import { type FoundPolicy, listGroups, readPolicy, requirePerson, type TextOf } from './ground.ts';

/** Who comes, to whom, and the policy between them. */
export type Parties = FoundPolicy & {
  readonly person: Person;
  /** Undefined: pages of ours. */
  readonly serviceProvider: ServiceProvider | undefined;
  /** What a draft names and nobody knows, in words; nothing of what is in force, which `gakumon check` looks at. */
  readonly strangers: readonly string[];
  /** In the order in which they are offered. */
  readonly authenticators: readonly Authenticator[];
};

/**
 * Finds what a login would find now: documents as they are in force on all nodes, metadata, authenticators.
 * @param sought.draft a policy.yaml to take in place of the one in force
 * @throws GakumonError `person-not-found`, `metadata-not-found`, `document-invalid`, `file-unreadable`,
 *   `store-unavailable`, `directory-unavailable`
 */
export async function findParties(
  context: CliContext,
  config: Config,
  sought: { readonly username: Username; readonly entityId: string | undefined; readonly draft: string | undefined },
): Promise<Parties> {
  const reports = await describeShared(config, context);
  const textOf: TextOf = async (file) => textInForce(reports, file) ?? (await readDocumentText(file));
  const found = await readPolicy(config, textOf, sought.draft);
  const { createSealedAuthenticators, readPeopleInForce } = await import('@gakumon/assembly');
  return withSealedRecords(config, context, async (access) => {
    const documents = await readPeopleInForce(config, access);
    const who = await withPeopleOf(config, context, { records: access, documents }, async (people) => {
      const person = await requirePerson(people, sought.username);
      const sources = {
        authenticators: createSealedAuthenticators(access.sealed, access.keys),
        directories: () => people.directories,
        policy: () => found.policy,
      };
      return { person, authenticators: await listAuthenticators(sources, person) };
    });
    const strangersTo = async (known: ServiceProviders): Promise<readonly string[]> =>
      sought.draft === undefined
        ? []
        : listStrangers(sought.draft, found.policy, { groups: listGroups(config, documents), known });
    const service = await findService({ context, config, access }, sought.entityId, strangersTo);
    return { ...found, ...who, ...service };
  });
}

type Place = { readonly context: CliContext; readonly config: Config; readonly access: SealedAccess };

async function findService(
  { context, config, access: { sealed, keys } }: Place,
  entityId: string | undefined,
  strangersTo: (known: ServiceProviders) => Promise<readonly string[]>,
): Promise<Pick<Parties, 'serviceProvider' | 'strangers'>> {
  const { openMetadataRecords } = await import('@gakumon/assembly');
  return withLibrary(config, openMetadataRecords(sealed, keys), context, async (library) => {
    await library.refresh({ wait: true, missing: true });
    const known = { config, library };
    const serviceProvider = entityId === undefined ? undefined : await requireServiceProvider(context, known, entityId);
    return { serviceProvider, strangers: await strangersTo(library.serviceProviders) };
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
