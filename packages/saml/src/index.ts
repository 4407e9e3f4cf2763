export { attributeOf, findChild, listChildren, listElements, textOf } from './xml/elements.ts';
export { aggregateXmlLimits, messageXmlLimits, type XmlLimits } from './xml/limits.ts';
export type * from './xml/nodes.ts';
export { element, type OutChild, type OutElement, type OutName, type RawXml, rawXml } from './xml/outElement.ts';
export { parseXml } from './xml/parseXml.ts';
export { readXml, type XmlReader } from './xml/readXml.ts';
export { writeCanonical } from './xml/writer.ts';
