import { listElements, parseXml, type XmlElement } from '@gakumon/saml';
import type { Inherited } from '../reading/entities.ts';
import { damaged } from './damaged.ts';
import { detachedElement } from './detachedElement.ts';
import { entityLimits } from './entityLimits.ts';
import type { EntityContext, IndexedEntity, MetadataIndex } from './metadataIndex.ts';

/** An element around the entity has the same limits as the elements that it stands for. */
const limits = { ...entityLimits, bytes: 2 * entityLimits.bytes, declarations: 4096 };

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
