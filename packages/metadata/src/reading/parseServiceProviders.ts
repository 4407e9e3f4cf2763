import { parseXml, type XmlElement } from '@gakumon/saml';
import { metadataLimits } from '../limits.ts';
import { listEntities } from './entities.ts';
import { readServiceProvider } from './readServiceProvider.ts';
import type { ServiceProvider } from './serviceProvider.ts';
import { createWarnings, type MetadataWarning } from './warnings.ts';

/** The service providers of one document, and what was odd about it. */
export type ParsedMetadata = {
  readonly serviceProviders: readonly ServiceProvider[];
  readonly warnings: readonly MetadataWarning[];
};

/**
 * Reads metadata: one md:EntityDescriptor, or an md:EntitiesDescriptor of any depth. What comes out was validated, value
 * by value; what could not be believed was left out and is among the warnings. An entity that is not a service provider
 * of SAML 2.0 with an AssertionConsumerService for HTTP-POST is left out, and a defect of one entity never costs
 * another. Dates are carried along, not judged: that depends on when it is used.
 *
 * @param bytes a whole document; of signed metadata, the bytes that were hashed (law 1)
 * @param source the name of the metadata source
 * @throws GakumonError `metadata-invalid` when the root is something else; `xml-…` as parseXml does
 */
export function parseServiceProviders(bytes: Uint8Array, source: string): ParsedMetadata {
  return readServiceProviders(parseXml(bytes, metadataLimits), source);
}

/** The same for a document that is parsed already. */
export function readServiceProviders(root: XmlElement, source: string): ParsedMetadata {
  const { warnings: aboutGroups, warnAbout } = createWarnings(source);
  const readings = [...listEntities(root, warnAbout)].map((entity) =>
    readServiceProvider(entity, source, ['categories', 'scopes']),
  );
  return {
    serviceProviders: readings.map(({ serviceProvider }) => serviceProvider).filter((read) => read !== undefined),
    warnings: [...aboutGroups, ...readings.flatMap(({ warnings }) => warnings)],
  };
}
