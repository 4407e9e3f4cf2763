import { attributeOf, listChildren, listElements, type XmlElement } from '@gakumon/saml';
import { entityAttributes, ns } from '@gakumon/terms';

/**
 * Every entity category that an element could be understood to say: of all its md:Extensions, all mdattr:EntityAttributes
 * and all saml:Attribute of that name all values, those with blanks inside whole and in words. To be read for what keeps
 * an entity out: in doubt it is out, whatever bounds and rules there are for what lets one in.
 */
export function listSaidCategories(element: XmlElement): readonly string[] {
  return listChildren(element, ns.md, 'Extensions').flatMap(listCategories);
}

/**
 * Whether a group says one of these categories for its members.
 * @param extensions one md:Extensions of it; undefined: there was too much in them
 */
export function saysOneOf(categories: readonly string[], extensions: XmlElement | undefined): boolean {
  if (categories.length === 0) return false;
  return extensions === undefined || listCategories(extensions).some((one) => categories.includes(one));
}

function listCategories(extensions: XmlElement): readonly string[] {
  return listChildren(extensions, ns.mdattr, 'EntityAttributes')
    .flatMap((one) => listInside(one, ns.saml, 'Attribute'))
    .filter((attribute) => (attributeOf(attribute, 'Name') ?? '').trim() === entityAttributes.category)
    .flatMap((attribute) => listInside(attribute, ns.saml, 'AttributeValue'))
    .flatMap((value) => {
      const text = textInside(value);
      return [text.trim(), ...text.split(/[\t\n\r ]+/)];
    });
}

/** At any depth: those of a saml:Assertion in it, too. */
function listInside(element: XmlElement, namespace: string, localName: string): readonly XmlElement[] {
  return listElements(element).flatMap((one) => [
    ...(one.namespace === namespace && one.localName === localName ? [one] : []),
    ...listInside(one, namespace, localName),
  ]);
}

function textInside({ children }: XmlElement): string {
  return children
    .map((child) => (child.kind === 'element' ? textInside(child) : child.kind === 'text' ? child.value : ''))
    .join('');
}
