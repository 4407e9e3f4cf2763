import { attributeOf, findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import { readUriAttribute } from './elementText.ts';
import type { AlgorithmSupport } from './entityDescription.ts';
import { keepFirst } from './keepFirst.ts';
import { parseSize } from './schemaTypes.ts';
import type { Warn } from './warnings.ts';

const mostAlgorithms = 100;

/**
 * Reads alg:DigestMethod and alg:SigningMethod (SAML V2.0 Metadata Profile for Algorithm Support 2.3, 2.4). What the role
 * says of either counts; where it says nothing, what the entity says for all its roles.
 */
export function readAlgorithmSupport(entity: XmlElement, role: XmlElement, warn: Warn): AlgorithmSupport {
  const digests = listNearest(entity, role, 'DigestMethod', warn).map((el) => readUriAttribute(el, 'Algorithm', warn));
  const signatures = listNearest(entity, role, 'SigningMethod', warn).flatMap((el) => {
    const algorithm = readUriAttribute(el, 'Algorithm', warn);
    if (algorithm === undefined) return [];
    const sizeOf = (name: string): number | undefined => parseSize(attributeOf(el, name));
    return [{ algorithm, minKeySize: sizeOf('MinKeySize'), maxKeySize: sizeOf('MaxKeySize') }];
  });
  return { digests: [...new Set(digests.filter((uri) => uri !== undefined))], signatures };
}

function listNearest(entity: XmlElement, role: XmlElement, localName: string, warn: Warn): readonly XmlElement[] {
  for (const holder of [role, entity]) {
    const extensions = findChild(holder, ns.md, 'Extensions');
    const elements = extensions === undefined ? [] : listChildren(extensions, ns.alg, localName);
    if (elements.length > 0) return keepFirst(elements, mostAlgorithms, warn);
  }
  return [];
}
