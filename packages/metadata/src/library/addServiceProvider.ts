import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { writeCanonical } from '@gakumon/saml';
import { GakumonError, toEntityId } from '@gakumon/terms';
import type { SourceRecords } from '../ports.ts';
import { buildSpMetadata, type SpMetadataSettings } from '../publish/spMetadata.ts';
import { parseServiceProviders } from '../reading/parseServiceProviders.ts';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import { noFilter } from '../trust/filter.ts';
import { readPinnedKeys } from '../trust/pinnedKeys.ts';
import { addedSourceName } from './addedSourceName.ts';
import { loadMetadata } from './loadMetadata.ts';

/** A service as an operator describes it. */
export type AddedServiceProvider = Omit<SpMetadataSettings, 'certificates'> & {
  /** PEM texts. */
  readonly certificates: readonly string[];
};

/**
 * Adds a service that publishes no metadata: writes metadata for it and takes that in by the door that all metadata comes
 * through, but more strictly, since nobody else's document has to be put up with: what is otherwise left out with a
 * warning is refused. The same entityID replaces.
 *
 * @param now milliseconds
 * @throws GakumonError `metadata-invalid` with everything that is odd, one a line; `entity-id-invalid`;
 * `key-invalid` for what is no certificate. Then nothing was kept
 */
export async function addServiceProvider(
  records: Pick<SourceRecords, 'save'>,
  added: AddedServiceProvider,
  now: number,
): Promise<ServiceProvider> {
  const entityId = toEntityId(added.entityId);
  const name = addedSourceName(entityId);
  const certificates = readPinnedKeys(added.certificates).map(({ certificate }) => certificate.raw.toString('base64'));
  const xml = Buffer.from(writeCanonical(buildSpMetadata({ ...added, certificates })), 'utf8');
  const { serviceProviders, warnings } = parseServiceProviders(xml, name);
  if (warnings.length > 0) {
    throw new GakumonError('metadata-invalid', { detail: warnings.map(({ message }) => message).join('\n') });
  }
  const [serviceProvider] = serviceProviders;
  if (serviceProvider === undefined) throw new GakumonError('metadata-empty', { detail: entityId });
  await load(records, name, xml, now);
  return serviceProvider;
}

async function load(records: Pick<SourceRecords, 'save'>, name: string, xml: Buffer, now: number): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'gakumon-sp-'));
  try {
    const path = join(folder, 'metadata.xml');
    await writeFile(path, xml, { mode: 0o600 });
    await loadMetadata(records, { ...asItIs, name, origin: { kind: 'file', path } }, { now });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const asItIs = {
  signers: [],
  unsigned: true,
  allowSha1: false,
  maxValidity: undefined,
  filter: noFilter,
  mayAssert: ['categories', 'scopes'],
  refresh: 0,
  guard: { mostLost: 1 },
} as const;
