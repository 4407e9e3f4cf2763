import { ns } from '@gakumon/terms';
import { escapeAttribute, escapeText, requireXmlCharacters } from './characters.ts';
import { compareCodePoints } from './codePoints.ts';
import { namespaceOf, type Prefix } from './prefixes.ts';

export type OutName = `${Prefix}:${string}`;

/** A finished part: canonical, self-contained, inserted as it is. */
export type RawXml = {
  readonly kind: 'raw';
  readonly text: string;
  /** Every prefix that it declares somewhere; empty string for the default namespace. */
  readonly declared: ReadonlySet<string>;
};

export type OutChild = OutElement | RawXml | string;

/** An element to be written. Its start tag is in canonical order already, but for the declarations. */
export type OutElement = {
  readonly kind: 'out';
  readonly name: OutName;
  /** The prefixes that its tag uses, in the order of their declarations. */
  readonly prefixes: readonly string[];
  /** ` a="1" b="2"`, sorted and escaped. */
  readonly attributeText: string;
  readonly attributes: Readonly<Record<string, string | undefined>>;
  readonly children: readonly OutChild[];
  /** All prefixes that it and what is in it use; undefined when there is a finished part in it, which declares its own. */
  readonly uses: readonly string[] | undefined;
  /** How it is written wherever all of `uses` are declared around it; empty when `uses` is undefined. */
  readonly text: string;
};

const localNames = /^[A-Z_a-z][\w.-]*$/;

/**
 * An element to be written with `writeCanonical`. The prefix decides the namespace; declarations are the writer's.
 * @param attributes by name (`ID`, `xml:lang`, `remd:contactType`); undefined leaves an attribute out; any order
 * @param children elements, texts, finished parts; undefined is left out
 * @throws TypeError for a name that is none or whose prefix is unknown
 * @throws GakumonError `xml-malformed` for a value with a character that XML forbids
 */
export function element(
  name: OutName,
  attributes: Readonly<Record<string, string | undefined>>,
  ...children: readonly (OutChild | undefined)[]
): OutElement {
  const tag = shapeOf(name, Object.keys(attributes));
  let { prefixes } = tag;
  let attributeText = '';
  for (const { attribute, prefix, lead } of tag.attributes) {
    const value = attributes[attribute];
    if (value === undefined) continue;
    if (prefix !== undefined && !prefixes.includes(prefix)) prefixes = [...prefixes, prefix].sort(compareCodePoints);
    attributeText += `${lead}${escapeAttribute(requireXmlCharacters(value, name, attribute))}"`;
  }
  let uses: readonly string[] | undefined = prefixes;
  let text = `${tag.open}${attributeText}>`;
  const kept = children.includes(undefined) ? children.filter((child) => child !== undefined) : children;
  for (const child of kept as readonly OutChild[]) {
    if (typeof child === 'string') text += escapeText(requireXmlCharacters(child, name));
    else if (uses !== undefined) {
      uses = child.kind === 'raw' ? undefined : joinUses(uses, child.uses);
      text += child.text;
    }
  }
  text = uses === undefined ? '' : text + tag.close;
  return { kind: 'out', name, prefixes, attributeText, attributes, children: kept as readonly OutChild[], uses, text };
}

function joinUses(uses: readonly string[], more: readonly string[] | undefined): readonly string[] | undefined {
  if (more === undefined || more.every((prefix) => uses.includes(prefix))) return more && uses;
  return [...new Set([...uses, ...more])];
}

/** What is the same in every tag of this name with these attributes. */
type TagShape = {
  readonly names: readonly string[];
  /** The element's own. */
  readonly prefixes: readonly string[];
  /** In canonical order, each with the prefix that must be declared for it. */
  readonly attributes: readonly TagAttribute[];
  /** Without what follows the name. */
  readonly open: string;
  readonly close: string;
};

type TagAttribute = {
  readonly attribute: string;
  readonly prefix: string | undefined;
  /** All of it before its value. */
  readonly lead: string;
};

/** By the element's name. Tags are named by this program alone, so there are few. */
const shapes = new Map<OutName, TagShape[]>();

function shapeOf(name: OutName, attributes: readonly string[]): TagShape {
  for (const known of shapes.get(name) ?? []) if (areSame(known.names, attributes)) return known;
  const split = attributes.map((attribute) => ({ attribute, ...splitName(attribute) }));
  split.sort((a, b) => compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local));
  const shape: TagShape = {
    names: attributes,
    prefixes: [splitName(name).prefix],
    attributes: split.map(({ attribute, prefix }) => ({
      attribute,
      prefix: isDeclared(prefix) ? prefix : undefined,
      lead: ` ${attribute}="`,
    })),
    open: `<${name}`,
    close: `</${name}>`,
  };
  shapes.set(name, [...(shapes.get(name) ?? []), shape]);
  return shape;
}

function areSame(names: readonly string[], others: readonly string[]): boolean {
  if (names.length !== others.length) return false;
  for (let index = 0; index < names.length; index += 1) if (names[index] !== others[index]) return false;
  return true;
}

/**
 * Takes a part that is written already, such as a signed or an encrypted element, to be inserted as it is.
 * @param canonical one element in exclusive canonical form, with its own declarations
 * @throws TypeError when it does not begin with an element
 */
export function rawXml(canonical: string): RawXml {
  if (!/^<[A-Za-z_]/.test(canonical)) throw new TypeError('a raw part must be one element');
  const declared = new Set<string>();
  // In canonical form `<` begins a tag wherever it stands, and declarations come before all attributes.
  for (const tag of canonical.matchAll(/<[^\s<>/]+((?: xmlns(?::[^\s=]+)?="[^"]*")+)/g)) {
    for (const [, prefix] of (tag[1] ?? '').matchAll(/ xmlns(?::([^\s=]+))?="[^"]*"/g)) declared.add(prefix ?? '');
  }
  return { kind: 'raw', text: canonical, declared };
}

function splitName(name: string): { prefix: string; local: string; namespace: string } {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const local = name.slice(colon + 1);
  if (!localNames.test(local) || local === 'xmlns') throw new TypeError(`not a name to be written: ${name}`);
  if (isDeclared(prefix)) return { prefix, local, namespace: namespaceOf(prefix) };
  return { prefix, local, namespace: prefix === '' ? '' : ns.xml };
}

const isDeclared = (prefix: string): boolean => prefix !== '' && prefix !== 'xml';
