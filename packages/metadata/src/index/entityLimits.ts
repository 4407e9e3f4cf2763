import { messageXmlLimits, type XmlLimits } from '@gakumon/saml';

/** Bounds on one entity; logos are sometimes in it, as data. What is larger is passed over. */
export const entityLimits: XmlLimits = { ...messageXmlLimits, bytes: 2_097_152, depth: 66, children: 50_000 };

/** Entities of one document; eduGAIN has a tenth of it. */
export const mostEntities = 100_000;

/** Distinct surroundings of entities in one document: a group or two in all that are known. */
export const mostContexts = 10_000;
