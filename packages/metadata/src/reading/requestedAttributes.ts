import { attributeOf, listChildren, type XmlElement } from '@gakumon/saml';
import { ns, quoteUntrusted } from '@gakumon/terms';
import { readExactText, readTextAttribute, readUriAttribute } from './elementText.ts';
import { readIndexed } from './indexed.ts';
import { keepFirst } from './keepFirst.ts';
import { readLocalisedTexts } from './localisedTexts.ts';
import { parseBoolean } from './schemaTypes.ts';
import type { AttributeConsumingService, RequestedAttribute } from './serviceProvider.ts';
import { longestDescription, longestName } from './uiInfo.ts';
import type { Warn } from './warnings.ts';

const mostServices = 100;
const mostAttributes = 1000;
const mostValues = 1000;
const longestValue = 1024;

/** Reads md:AttributeConsumingService with its md:RequestedAttribute elements (SAML Metadata 2.4.4.1). */
export function readAttributeConsumingServices(role: XmlElement, warn: Warn): readonly AttributeConsumingService[] {
  return readIndexed(
    keepFirst(listChildren(role, ns.md, 'AttributeConsumingService'), mostServices, warn),
    (el) => ({
      names: readLocalisedTexts(listChildren(el, ns.md, 'ServiceName'), longestName, warn),
      descriptions: readLocalisedTexts(listChildren(el, ns.md, 'ServiceDescription'), longestDescription, warn),
      requested: readRequestedAttributes(el, warn),
    }),
    warn,
  );
}

function readRequestedAttributes(service: XmlElement, warn: Warn): readonly RequestedAttribute[] {
  return keepFirst(listChildren(service, ns.md, 'RequestedAttribute'), mostAttributes, warn)
    .map((el) => readRequestedAttribute(el, warn))
    .filter((requested) => requested !== undefined);
}

function readRequestedAttribute(el: XmlElement, warn: Warn): RequestedAttribute | undefined {
  const name = readUriAttribute(el, 'Name', warn);
  if (name === undefined) {
    warn('a RequestedAttribute has no usable Name and is ignored');
    return undefined;
  }
  const values = readWantedValues(el, warn);
  if (values === 'none readable') {
    warn(`the RequestedAttribute ${quoteUntrusted(name)} is ignored: none of the values that it asks for can be read`);
    return undefined;
  }
  return {
    name,
    nameFormat: readUriAttribute(el, 'NameFormat', warn),
    friendlyName: readTextAttribute(el, 'FriendlyName', 200, warn),
    isRequired: parseBoolean(attributeOf(el, 'isRequired')) ?? false,
    values,
  };
}

/** Values that can't be read are none that match, and must not turn a wish for some values into one for every value. */
function readWantedValues(el: XmlElement, warn: Warn): readonly string[] | 'none readable' {
  const written = keepFirst(listChildren(el, ns.saml, 'AttributeValue'), mostValues, warn)
    .map((value) => readExactText(value, longestValue, warn))
    .filter((value) => value !== '');
  const values = written.filter((value) => value !== undefined);
  return written.length > 0 && values.length === 0 ? 'none readable' : values;
}
