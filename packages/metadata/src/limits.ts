import { aggregateXmlLimits, type XmlLimits } from '@gakumon/saml';

/**
 * Bounds on a metadata document. It is held in memory as a tree while it is read, at about ten times its size, so its
 * own size is bounded more tightly than a stream's would be: six times GakuNin's.
 */
export const metadataLimits: XmlLimits = { ...aggregateXmlLimits, bytes: 33_554_432 };
