import { createHash } from 'node:crypto';
import { writeCanonical } from '@gakumon/saml';
import { GakumonError, toEntityId } from '@gakumon/terms';
import type { MetadataRecords } from '../ports.ts';
import { buildSpMetadata, type SpMetadataSettings } from '../publish/spMetadata.ts';
import { parseServiceProviders } from '../reading/parseServiceProviders.ts';
import type { ServiceProvider } from '../reading/serviceProvider.ts';
import { readPinnedKeys } from '../trust/pinnedKeys.ts';
import { loadMetadata } from './loadMetadata.ts';

/** A service as an operator describes it. */
export type AddedServiceProvider = Omit<SpMetadataSettings, 'certificates'> & {
  /** PEM texts. */
  readonly certificates: readonly string[];
};

/**
 * The name of the source that an added SP is: what can be read of its entityID, and a hash, so that no two share one.
 */
export function addedSourceName(entityId: string): string {
  const readable = entityId
    .replace(/^[a-z][a-z0-9+.-]*:\/*/i, '')
    .replace(/[^A-Za-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  const hash = createHash('sha256').update(entityId).digest('hex');
  return `sp-${readable.slice(0, 40)}-${hash.slice(0, 16)}`;
}

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
  records: MetadataRecords,
  added: AddedServiceProvider,
  now: number,
): Promise<ServiceProvider> {
  const entityId = toEntityId(added.entityId);
  const name = addedSourceName(entityId);
  const certificates = readPinnedKeys(added.certificates).map(({ certificate }) => certificate.raw.toString('base64'));
  const xml = Buffer.from(writeCanonical(buildSpMetadata({ ...added, certificates })), 'utf8');
  const { warnings } = parseServiceProviders(xml, name);
  if (warnings.length > 0) {
    throw new GakumonError('metadata-invalid', { detail: warnings.map(({ message }) => message).join('\n') });
  }
  const { serviceProviders } = await loadMetadata(records, name, xml, { certificates: [], unsigned: true }, now);
  const [serviceProvider] = serviceProviders;
  if (serviceProvider === undefined) throw new GakumonError('metadata-empty', { detail: entityId });
  return serviceProvider;
}
