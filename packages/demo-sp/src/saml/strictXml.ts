import { ns } from '@gakumon/terms';
import { DOMParser } from '@xmldom/xmldom';
import { type Refused, refused } from './refusal.ts';

export type Parsed = { readonly kind: 'parsed'; readonly root: Element };

const maxLength = 512 * 1024;

/**
 * Parses what came over the wire, stricter than xmldom by itself, which takes much that is not XML.
 * @returns the root element, or why it is refused
 */
export function parseStrict(xml: string): Parsed | Refused {
  if (xml.length > maxLength) return refused('unreadable', `longer than ${maxLength} characters`);
  // A `<!` outside CDATA begins a comment or a DOCTYPE; answers need neither, nor processing instructions.
  if (/<!|<\?(?!xml )/.test(xml)) return refused('unreadable', 'a DOCTYPE, comment, CDATA or processing instruction');
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what XML 1.0 forbids
  if (/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(xml) || !xml.isWellFormed()) {
    return refused('unreadable', 'a character that XML forbids');
  }
  const problems: string[] = [];
  const note = (problem: string): void => void problems.push(problem.split('\n')[0] ?? '');
  const parser = new DOMParser({ errorHandler: { warning: note, error: note, fatalError: note } });
  const root = tryToParse(parser, xml, note);
  const [problem] = problems;
  if (problem !== undefined || root === undefined) return refused('unreadable', problem ?? 'no element');
  return { kind: 'parsed', root };
}

function tryToParse(parser: DOMParser, xml: string, note: (problem: string) => void): Element | undefined {
  try {
    return parser.parseFromString(xml, 'text/xml')?.documentElement ?? undefined;
  } catch (error) {
    note(String(error));
    return undefined;
  }
}

/**
 * Whether a document is a Response as an SP of GakuNin gets one: signed as a whole, at most one assertion, encrypted.
 * This stands in for a schema, and shuts the ways of signature wrapping: one signature, over the root, IDs unique.
 */
export function checkResponse(root: Element): Refused | undefined {
  const names = listChildren(root).map((child) => `${child.namespaceURI} ${child.localName}`);
  if (root.namespaceURI !== ns.samlp || root.localName !== 'Response') return refused('structure', root.nodeName);
  const stranger = names.find((name) => !allowedInResponse.includes(name));
  if (stranger !== undefined) return refused('structure', `${stranger} in a Response`);
  const repeated = names.find((name, at) => names.indexOf(name) !== at);
  if (repeated !== undefined) return refused('structure', `two ${repeated}`);
  if (!names.includes(`${ns.samlp} Status`)) return refused('structure', 'no Status');
  return checkIds(root) ?? checkSignature(root);
}

const allowedInResponse = [
  `${ns.saml} Issuer`,
  `${ns.ds} Signature`,
  `${ns.samlp} Status`,
  `${ns.saml} EncryptedAssertion`,
];

function checkIds(root: Element): Refused | undefined {
  const all = [root, ...Array.from(root.getElementsByTagName('*'))];
  const ids = all.flatMap((element) => ['ID', 'Id', 'id'].flatMap((name) => element.getAttribute(name) || []));
  return new Set(ids).size === ids.length ? undefined : refused('structure', 'an ID twice');
}

/** One enveloped ds:Signature whose one Reference is to the element that holds it. */
function checkSignature(element: Element): Refused | undefined {
  const signatures = listChildren(element, ns.ds, 'Signature');
  const [signedInfo] = signatures.flatMap((signature) => listChildren(signature, ns.ds, 'SignedInfo'));
  if (signatures.length !== 1 || signedInfo === undefined) {
    return refused('signature', `${element.localName} has ${signatures.length} signatures`);
  }
  const references = listChildren(signedInfo, ns.ds, 'Reference').map((reference) => reference.getAttribute('URI'));
  const id = element.getAttribute('ID');
  if (!id || references.length !== 1 || references[0] !== `#${id}`) {
    return refused('signature', `a signature over ${references.join(' and ')}, not over ${element.localName}`);
  }
  return undefined;
}

/** The child elements, of one name if one is given. */
export function listChildren(element: Element, namespace?: string, localName?: string): Element[] {
  return Array.from(element.childNodes).filter(
    (node): node is Element =>
      node.nodeType === 1 &&
      (namespace === undefined || (node as Element).namespaceURI === namespace) &&
      (localName === undefined || (node as Element).localName === localName),
  );
}

/** Follows a path of child elements, each the first of its name; undefined when one is missing. */
export function findDown(from: Element, ...path: readonly (readonly [string, string])[]): Element | undefined {
  return path.reduce<Element | undefined>(
    (element, [namespace, localName]) => element && listChildren(element, namespace, localName)[0],
    from,
  );
}
