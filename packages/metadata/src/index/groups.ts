import { attributeOf, type CanonicalPlace, type XmlAttribute, type XmlElement, type XmlStart } from '@gakumon/saml';
import { ns, quoteUntrusted } from '@gakumon/terms';
import { type Inherited, nothingInherited } from '../reading/entities.ts';
import { readEntityAttributes } from '../reading/entityAttributes.ts';
import { readRegistration } from '../reading/registration.ts';
import type { Warn } from '../reading/warnings.ts';
import { toElement } from './tagElement.ts';

/** An open md:EntitiesDescriptor, or what is around the root. */
export type Group = {
  /** How errors and warnings call it. */
  readonly name: string;
  /** Everything in it is passed over. */
  readonly ignored: boolean;
  readonly xmlAttributes: readonly XmlAttribute[];
  /** Its own included; settled with its first member. */
  said: Inherited;
  /** It could be understood to say a category that the filter keeps out; then all in it is out. */
  isKeptOut: boolean;
  hasExtensions: boolean;
  hasMembers: boolean;
  /** The place of its members' surroundings, once there is a member. */
  context: number | undefined;
};

export const aroundRoot: Omit<Group, 'context'> = {
  name: 'the document',
  ignored: false,
  xmlAttributes: [],
  said: nothingInherited,
  isKeptOut: false,
  hasExtensions: true,
  hasMembers: false,
};

/**
 * Opens a group inside another.
 * @param validUntil the earliest of its own and of everything around it; `ignored` passes it over
 */
export function openGroup(start: XmlStart, around: Group, validUntil: number | undefined | 'ignored'): Group {
  const name = attributeOf(toElement(start), 'Name');
  return {
    name: name === undefined ? 'a group' : `the group ${quoteUntrusted(name)}`,
    ignored: around.ignored || validUntil === 'ignored',
    xmlAttributes: mergeXmlAttributes(around.xmlAttributes, start.attributes),
    said: { ...around.said, validUntil: validUntil === 'ignored' ? undefined : validUntil },
    isKeptOut: around.isKeptOut,
    hasExtensions: false,
    hasMembers: false,
    context: undefined,
  };
}

/**
 * Adds what md:Extensions say: those of a group hold for all its members (SAML Metadata 2.3.1).
 * @param around what is said around; validUntil is taken from there
 */
export function addExtensions(around: Inherited, extensions: XmlElement | undefined, warn: Warn): Inherited {
  const registration = readRegistration(extensions, around.registration, warn);
  return {
    validUntil: around.validUntil,
    registrationAuthority: registration?.authority,
    registration,
    entityAttributes: readEntityAttributes(extensions, around.entityAttributes, warn),
  };
}

/** The declarations of the canonical form around a member. */
export function listDeclarations(place: CanonicalPlace): { prefix: string; namespace: string }[] {
  return [...place.rendered()].map(([prefix, namespace]) => ({ prefix, namespace }));
}

/** The nearest of each name. An xml:id names one element and is nobody else's. */
function mergeXmlAttributes(around: readonly XmlAttribute[], own: readonly XmlAttribute[]): readonly XmlAttribute[] {
  const found = own.filter(({ namespace, localName }) => namespace === ns.xml && localName !== 'id');
  if (found.length === 0) return around;
  const names = new Set(found.map(({ localName }) => localName));
  return [...around.filter(({ localName }) => !names.has(localName)), ...found];
}
