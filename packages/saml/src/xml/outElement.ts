import { ns } from '@gakumon/terms';
import { escapeAttribute, requireXmlCharacters } from './characters.ts';
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
  const used = new Set([splitName(name).prefix]);
  const sorted: { namespace: string; local: string; text: string }[] = [];
  for (const [attribute, value] of Object.entries(attributes)) {
    if (value === undefined) continue;
    const { prefix, local } = splitName(attribute);
    if (prefix !== '' && prefix !== 'xml') used.add(prefix);
    const text = ` ${attribute}="${escapeAttribute(requireXmlCharacters(value, `${name}/@${attribute}`))}"`;
    sorted.push({ namespace: attributeNamespace(prefix), local, text });
  }
  sorted.sort((a, b) => compareCodePoints(a.namespace, b.namespace) || compareCodePoints(a.local, b.local));
  for (const child of children) if (typeof child === 'string') requireXmlCharacters(child, name);
  return {
    kind: 'out',
    name,
    prefixes: [...used].sort(compareCodePoints),
    attributeText: sorted.map((one) => one.text).join(''),
    attributes,
    children: children.filter((child) => child !== undefined),
  };
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

function splitName(name: string): { prefix: string; local: string } {
  const colon = name.indexOf(':');
  const prefix = colon < 0 ? '' : name.slice(0, colon);
  const local = name.slice(colon + 1);
  if (!localNames.test(local) || local === 'xmlns') throw new TypeError(`not a name to be written: ${name}`);
  if (prefix !== '' && prefix !== 'xml') namespaceOf(prefix);
  return { prefix, local };
}

function attributeNamespace(prefix: string): string {
  if (prefix === '') return '';
  return prefix === 'xml' ? ns.xml : namespaceOf(prefix);
}
