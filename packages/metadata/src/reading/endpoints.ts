import { attributeOf, listChildren, type XmlElement } from '@gakumon/saml';
import { bindings, ns, quoteUntrusted } from '@gakumon/terms';
import { readUriAttribute } from './elementText.ts';
import type { Endpoint } from './entityDescription.ts';
import { mostIndexed, readIndexed } from './indexed.ts';
import { keepFirst } from './keepFirst.ts';
import { parseBoolean, parseIndex } from './schemaTypes.ts';
import type { AssertionConsumerService, DiscoveryResponse, OtherAssertionConsumerService } from './serviceProvider.ts';
import type { Warn } from './warnings.ts';
import { validateWebUrl } from './webUrl.ts';

/**
 * Reads the md:AssertionConsumerService elements that Gakumon can answer to (SAML Metadata 2.4.4); those with a binding
 * that we do not speak are another list. One with a dangerous or broken Location is left out with a warning.
 */
export function readAssertionConsumerServices(role: XmlElement, warn: Warn): readonly AssertionConsumerService[] {
  return readIndexed(listForPost(role), (el) => readPlace(el, warn), warn);
}

/** Whether `readAssertionConsumerServices` finds any, read no further than to the first. */
export function hasAssertionConsumerService(role: XmlElement, warn: Warn): boolean {
  return keepFirst(listForPost(role), mostIndexed, warn).some((el) => readPlace(el, warn) !== undefined);
}

const listForPost = (role: XmlElement): readonly XmlElement[] =>
  listChildren(role, ns.md, 'AssertionConsumerService').filter((el) => bindingOf(el) === bindings.post);

/** Reads those with every other binding: every Shibboleth SP lists several. */
export function readOtherAssertionConsumerServices(
  role: XmlElement,
  warn: Warn,
): readonly OtherAssertionConsumerService[] {
  const others = listChildren(role, ns.md, 'AssertionConsumerService').filter((el) => bindingOf(el) !== bindings.post);
  return keepFirst(others, mostEndpoints, warn).flatMap((el) => {
    const endpoint = readEndpoint(el, warn);
    if (endpoint === undefined) return [];
    const isDefault = parseBoolean(attributeOf(el, 'isDefault')) ?? false;
    return [{ ...endpoint, index: parseIndex(attributeOf(el, 'index')), isDefault }];
  });
}

/** Reads md:SingleLogoutService, md:SingleSignOnService and their like (SAML Metadata 2.4.2, 2.4.3), of any binding. */
export function readEndpoints(role: XmlElement, localName: string, warn: Warn): readonly Endpoint[] {
  return keepFirst(listChildren(role, ns.md, localName), mostEndpoints, warn)
    .map((el) => readEndpoint(el, warn))
    .filter((endpoint) => endpoint !== undefined);
}

/** Reads init:RequestInitiator (SAML Service Provider Request Initiation 2.4.1): where a login can be started. */
export function readRequestInitiators(extensions: XmlElement | undefined, warn: Warn): readonly string[] {
  return listOfBinding(extensions, ns.init, 'RequestInitiator', warn)
    .map((el) => readLocation(el, 'Location', warn))
    .filter((location) => location !== undefined);
}

/** Reads idpdisc:DiscoveryResponse (Identity Provider Discovery Service Protocol 2.5). */
export function readDiscoveryResponses(extensions: XmlElement | undefined, warn: Warn): readonly DiscoveryResponse[] {
  const elements = listOfBinding(extensions, ns.idpdisc, 'DiscoveryResponse', warn);
  return readIndexed(elements, (el) => readPlace(el, warn), warn);
}

/** More endpoints than any entity lists. */
const mostEndpoints = 1000;

const bindingOf = (el: XmlElement): string | undefined => attributeOf(el, 'Binding')?.trim();

/** Extensions whose endpoints have the extension's own namespace as their binding. */
function listOfBinding(
  extensions: XmlElement | undefined,
  namespace: string,
  localName: string,
  warn: Warn,
): readonly XmlElement[] {
  if (extensions === undefined) return [];
  const elements = listChildren(extensions, namespace, localName).filter((el) => bindingOf(el) === namespace);
  return keepFirst(elements, mostEndpoints, warn);
}

/** An endpoint with an address that can't be believed is left out as a whole: nobody knows what it would mean without it. */
function readEndpoint(el: XmlElement, warn: Warn): Endpoint | undefined {
  const binding = readUriAttribute(el, 'Binding', warn);
  if (binding === undefined) {
    warn(`a ${el.localName} has no Binding and is ignored`);
    return undefined;
  }
  const location = readLocation(el, 'Location', warn);
  if (location === undefined) return undefined;
  if (attributeOf(el, 'ResponseLocation') === undefined) return { binding, location, responseLocation: undefined };
  const responseLocation = readLocation(el, 'ResponseLocation', warn);
  return responseLocation === undefined ? undefined : { binding, location, responseLocation };
}

function readPlace(el: XmlElement, warn: Warn): { readonly location: string } | undefined {
  const location = readLocation(el, 'Location', warn);
  return location === undefined ? undefined : { location };
}

function readLocation(el: XmlElement, name: 'Location' | 'ResponseLocation', warn: Warn): string | undefined {
  const written = attributeOf(el, name) ?? '';
  const location = validateWebUrl(written);
  if (location === undefined) {
    warn(`${el.localName} at ${quoteUntrusted(written)} is refused: not a plain absolute http or https address`);
  }
  return location;
}
