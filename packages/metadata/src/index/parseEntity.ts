import { aggregateXmlLimits, listElements, parseXml, type XmlElement, type XmlLimits } from '@gakumon/saml';
import type { Inherited } from '../reading/entities.ts';
import { damaged } from './damaged.ts';
import { detachedElement } from './detachedElement.ts';
import { entityLimits, longestContext } from './entityLimits.ts';
import type { EntityContext, IndexedEntity, MetadataIndex } from './metadataIndex.ts';

/** Each character of the surroundings may be written as one of five octets or more. */
const bytes = entityLimits.bytes + 8 * longestContext;
/**
 * Whether an entity is too large was decided when it was indexed: none of these may be narrower, so that what is in an
 * index can be read. The element around it stands for all elements around it.
 */
const limits: XmlLimits = {
  bytes,
  depth: aggregateXmlLimits.depth + 2,
  attributes: aggregateXmlLimits.depth * aggregateXmlLimits.attributes,
  declarations: aggregateXmlLimits.depth * aggregateXmlLimits.declarations,
  nameLength: aggregateXmlLimits.nameLength,
  children: bytes,
  piece: bytes,
};

/**
 * Parses the canonical octets of one entity inside an element that gives what the elements around it had given.
 * @throws GakumonError `metadata-damaged`, `xml-…`
 */
export function parseEntity(
  octets: Uint8Array,
  index: MetadataIndex,
  { entityId, context }: IndexedEntity,
): Inherited & { readonly element: XmlElement } {
  const around = index.contexts[context];
  if (around === undefined) throw damaged(`${entityId} has no surroundings`);
  const wrapped = Buffer.concat([Buffer.from(`<_${writeContext(around)}>`), octets, Buffer.from('</_>')]);
  const [element, ...more] = listElements(parseXml(wrapped, limits));
  if (element === undefined || more.length > 0) throw damaged(`${entityId} is not one element`);
  // Whoever keeps an entityID or a name of it must not keep all of it in memory.
  return { element: detachedElement(element), ...around.inherited };
}

function writeContext({ declarations, xmlAttributes }: EntityContext): string {
  const declared = declarations
    .filter(({ prefix, namespace }) => namespace !== '' || prefix === '')
    .map(({ prefix, namespace }) => writeAttribute(prefix === '' ? 'xmlns' : `xmlns:${prefix}`, namespace));
  return [...declared, ...xmlAttributes.map((one) => writeAttribute(`xml:${one.localName}`, one.value))].join('');
}

function writeAttribute(name: string, value: string): string {
  return ` ${name}="${value.replace(/[&<"\t\n\r]/g, (one) => `&#${one.charCodeAt(0)};`)}"`;
}
