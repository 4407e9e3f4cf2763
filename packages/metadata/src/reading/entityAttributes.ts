import { findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { entityAttributes, ns, quoteUntrusted } from '@gakumon/terms';
import { readExactText, readUriAttribute } from './elementText.ts';
import type { EntityAttribute } from './entityDescription.ts';
import { keepFirst } from './keepFirst.ts';
import type { SubjectIdRequirement } from './serviceProvider.ts';
import type { Warn } from './warnings.ts';

/** What mdattr:EntityAttributes extensions say. */
export type EntityAttributes = {
  /** Those of the groups around first. */
  readonly categories: readonly string[];
  readonly subjectIdRequirement: SubjectIdRequirement | undefined;
  /** All of them, those above included. */
  readonly attributes: readonly EntityAttribute[];
};

export const noEntityAttributes: EntityAttributes = { categories: [], subjectIdRequirement: undefined, attributes: [] };

const requirements: readonly SubjectIdRequirement[] = ['subject-id', 'pairwise-id', 'any', 'none'];
/** Of one entity, its groups' included. */
const mostAttributes = 200;
/** Of one attribute, its groups' included. */
const mostValues = 1000;
const longestValue = 2048;

/**
 * Reads mdattr:EntityAttributes (SAML V2.0 Metadata Extension for Entity Attributes 2.1): entity categories, which
 * subject identifier is wanted (SAML V2.0 Subject Identifier Attributes Profile 2.5), and everything else. A
 * saml:Assertion in it is passed over: nobody here knows whose word it is.
 *
 * @param extensions md:Extensions of an md:EntityDescriptor or md:EntitiesDescriptor
 * @param inherited what the groups around it say, which holds for every member
 */
export function readEntityAttributes(
  extensions: XmlElement | undefined,
  inherited: EntityAttributes,
  warn: Warn,
): EntityAttributes {
  const container = extensions && findChild(extensions, ns.mdattr, 'EntityAttributes');
  if (container === undefined) return inherited;
  const own = keepFirst(listChildren(container, ns.saml, 'Attribute'), mostAttributes, warn)
    .map((el) => readEntityAttribute(el, warn))
    .filter((attribute) => attribute !== undefined);
  const valuesOf = (name: string): readonly string[] =>
    own.filter((attribute) => attribute.name === name).flatMap(({ values }) => values.filter(isWord));
  const wanted = valuesOf(entityAttributes.subjectIdRequirement);
  const requirement = requirements.find((known) => known === wanted[0]);
  if (wanted[0] !== undefined && requirement === undefined)
    warn(`subject-id:req ${quoteUntrusted(wanted[0])} is not known`);
  const categories = [...new Set([...inherited.categories, ...valuesOf(entityAttributes.category)])];
  if (categories.length > mostValues)
    warn(`has more than ${mostValues} entity categories, those of its groups included`);
  return {
    categories: categories.slice(0, mostValues),
    subjectIdRequirement: requirement ?? inherited.subjectIdRequirement,
    attributes: merge(inherited.attributes, own),
  };
}

const isWord = (value: string): boolean => !value.includes(' ');

function readEntityAttribute(el: XmlElement, warn: Warn): EntityAttribute | undefined {
  const name = readUriAttribute(el, 'Name', warn);
  if (name === undefined) {
    warn('an entity attribute has no usable Name and is ignored');
    return undefined;
  }
  const values = keepFirst(listChildren(el, ns.saml, 'AttributeValue'), mostValues, warn)
    .map((value) => readExactText(value, longestValue, warn))
    .filter((value) => value !== undefined)
    .filter((value) => value !== '');
  return { name, nameFormat: readUriAttribute(el, 'NameFormat', warn), values };
}

/**
 * One of each name and format, with the values of all. Each entity pays for all that the groups around it say, so that is
 * bounded too.
 */
function merge(inherited: readonly EntityAttribute[], own: readonly EntityAttribute[]): readonly EntityAttribute[] {
  const keyOf = ({ name, nameFormat }: EntityAttribute): string => JSON.stringify([name, nameFormat]);
  const merged = new Map(inherited.map((one) => [keyOf(one), one]));
  for (const [key, [first, ...more]] of Map.groupBy(own, keyOf)) {
    const known = merged.get(key);
    if (first === undefined || (known === undefined && merged.size >= mostAttributes)) continue;
    const values = new Set([...(known?.values ?? []), ...[first, ...more].flatMap((one) => one.values)]);
    const { name, nameFormat } = first;
    merged.set(key, { name, nameFormat, values: [...values].slice(0, mostValues) });
  }
  return [...merged.values()];
}
