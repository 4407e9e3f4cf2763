import { findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import { readText, readUriAttribute } from './elementText.ts';
import type { EncryptionMethod } from './entityDescription.ts';
import { keepFirst } from './keepFirst.ts';
import { parseSize } from './schemaTypes.ts';
import type { Warn } from './warnings.ts';

const mostMethods = 100;

/** Reads the md:EncryptionMethod elements of an md:KeyDescriptor (SAML Metadata 2.4.1.1, XML Encryption 3.2). */
export function readEncryptionMethods(descriptor: XmlElement, warn: Warn): readonly EncryptionMethod[] {
  return keepFirst(listChildren(descriptor, ns.md, 'EncryptionMethod'), mostMethods, warn).flatMap((el) => {
    const algorithm = readUriAttribute(el, 'Algorithm', warn);
    if (algorithm === undefined) return [];
    const keySize = findChild(el, ns.xenc, 'KeySize');
    return [
      {
        algorithm,
        keySize: keySize && parseSize(readText(keySize, 20, warn)),
        digest: algorithmOf(findChild(el, ns.ds, 'DigestMethod'), warn),
        mgf: algorithmOf(findChild(el, ns.xenc11, 'MGF'), warn),
      },
    ];
  });
}

const algorithmOf = (el: XmlElement | undefined, warn: Warn): string | undefined =>
  el && readUriAttribute(el, 'Algorithm', warn);
