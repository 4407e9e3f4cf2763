import { attributeOf, listChildren, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';
import { readText } from './elementText.ts';
import { readIndexed } from './indexed.ts';
import { parseBoolean } from './schemaTypes.ts';
import type { AttributeConsumingService, RequestedAttribute } from './serviceProvider.ts';
import type { Warn } from './warnings.ts';

const longestValue = 1024;

/** Reads md:AttributeConsumingService with its md:RequestedAttribute elements (SAML Metadata 2.4.4.1). */
export function readAttributeConsumingServices(role: XmlElement, warn: Warn): readonly AttributeConsumingService[] {
  return readIndexed(
    listChildren(role, ns.md, 'AttributeConsumingService'),
    (el) => ({ requested: readRequestedAttributes(el, warn) }),
    warn,
  );
}

function readRequestedAttributes(service: XmlElement, warn: Warn): readonly RequestedAttribute[] {
  return listChildren(service, ns.md, 'RequestedAttribute').flatMap((el): RequestedAttribute[] => {
    const name = attributeOf(el, 'Name')?.trim() ?? '';
    if (name === '') {
      warn('a RequestedAttribute has no Name and is ignored');
      return [];
    }
    const values = listChildren(el, ns.saml, 'AttributeValue')
      .map((value) => readText(value, longestValue, warn))
      .filter((value) => value !== undefined);
    return [{ name, isRequired: parseBoolean(attributeOf(el, 'isRequired')) ?? false, values }];
  });
}
