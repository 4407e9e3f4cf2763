import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { entityAttributes, ns, quoteUntrusted } from '@gakumon/terms';
import { readUris } from './elementText.ts';
import type { SubjectIdRequirement } from './serviceProvider.ts';
import type { Warn } from './warnings.ts';

/** What an mdattr:EntityAttributes extension says, as far as it is used. */
export type EntityAttributes = {
  readonly categories: readonly string[];
  readonly subjectIdRequirement: SubjectIdRequirement | undefined;
};

export const noEntityAttributes: EntityAttributes = { categories: [], subjectIdRequirement: undefined };

const requirements: readonly SubjectIdRequirement[] = ['subject-id', 'pairwise-id', 'any', 'none'];

/**
 * Reads mdattr:EntityAttributes (SAML V2.0 Metadata Extension for Entity Attributes 2.1): entity categories, and which
 * subject identifier is wanted (SAML V2.0 Subject Identifier Attributes Profile 2.5).
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
  const valuesOf = (name: string): readonly string[] =>
    listChildren(container, ns.saml, 'Attribute')
      .filter((el) => attributeOf(el, 'Name')?.trim() === name)
      .flatMap((el) => readUris(listChildren(el, ns.saml, 'AttributeValue'), warn));
  const wanted = valuesOf(entityAttributes.subjectIdRequirement);
  const requirement = requirements.find((known) => known === wanted[0]);
  if (wanted[0] !== undefined && requirement === undefined)
    warn(`subject-id:req ${quoteUntrusted(wanted[0])} is not known`);
  return {
    categories: [...new Set([...inherited.categories, ...valuesOf(entityAttributes.category)])],
    subjectIdRequirement: requirement ?? inherited.subjectIdRequirement,
  };
}
