import type { XmlElement, XmlNode } from '@gakumon/saml';
import type { Inherited } from '../reading/entities.ts';
import type { Warn } from '../reading/warnings.ts';
import { addExtensions } from './groups.ts';

/**
 * Adds what md:Extensions of an entity say to what is said around it, as far as an index tells it: `registration` may be
 * that of another entity of the same authority.
 */
export type ExtensionsReader = (extensions: XmlElement | undefined, around: Inherited, warn: Warn) => Inherited;

/** The entities of a federation say a few hundred different things in all. */
const mostKept = 500;
const longestKept = 10_000;

/** Reads the Extensions of entities, and those that say the same only once. */
export function createExtensionsReader(): ExtensionsReader {
  let kept = new Map<string, Inherited>();
  let keptAround: Inherited | undefined;

  return (extensions, around, warn) => {
    if (extensions === undefined) return around;
    const key = contentOf(extensions);
    if (keptAround !== around || kept.size >= mostKept) kept = new Map();
    keptAround = around;
    const known = kept.get(key);
    if (known !== undefined) return known;
    let odd = false;
    const said = addExtensions(around, extensions, (message) => {
      odd = true;
      warn(message);
    });
    // What is odd is told for each entity that says it.
    if (!odd && key.length <= longestKept) kept.set(key, said);
    return said;
  };
}

/** Everything that an element says, in one text; when it was registered is not in the index. */
function contentOf({ namespace, localName, attributes, children }: XmlElement): string {
  let text = `\u0000${localName}\u0001${namespace}`;
  for (const { localName: name, namespace: of, value } of attributes) {
    if (name !== 'registrationInstant') text += `\u0002${name}\u0001${of}\u0003${value}`;
  }
  for (const child of children) text += contentOfNode(child);
  return `${text}\u0004`;
}

function contentOfNode(node: XmlNode): string {
  if (node.kind === 'element') return contentOf(node);
  return node.kind === 'text' ? `\u0005${node.value}` : '';
}
