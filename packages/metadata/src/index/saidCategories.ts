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
  const found = new Set<string>();
  for (const one of listChildren(extensions, ns.mdattr, 'EntityAttributes')) collect(one, 'elsewhere', found);
  return [...found];
}

type Place = 'elsewhere' | 'attribute' | 'value';

/**
 * At any depth: those of a saml:Assertion in it, too. Each text is taken by itself, and once together with all of the
 * outermost value around it; never with each element around it, of which there may be many.
 */
function collect(element: XmlElement, place: Place, found: Set<string>): void {
  if (place !== 'elsewhere') addAll(ownText(element), found);
  for (const child of listElements(element)) {
    const isOutermost = place === 'attribute' && isNamed(child, 'AttributeValue');
    if (isOutermost) addAll(textInside(child), found);
    const isBegin = place === 'elsewhere' && isNamed(child, 'Attribute') && isOfCategories(child);
    collect(child, isOutermost ? 'value' : isBegin ? 'attribute' : place, found);
  }
}

function addAll(text: string, found: Set<string>): void {
  found.add(text.trim());
  for (const word of text.split(/[\t\n\r ]+/)) found.add(word);
}

const isNamed = ({ namespace, localName }: XmlElement, name: string): boolean =>
  namespace === ns.saml && localName === name;

const isOfCategories = (attribute: XmlElement): boolean =>
  (attributeOf(attribute, 'Name') ?? '').trim() === entityAttributes.category;

const ownText = ({ children }: XmlElement): string =>
  children.map((child) => (child.kind === 'text' ? child.value : '')).join('');

function textInside({ children }: XmlElement): string {
  return children
    .map((child) => (child.kind === 'element' ? textInside(child) : child.kind === 'text' ? child.value : ''))
    .join('');
}
