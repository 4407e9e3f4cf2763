import { attributeOf, listChildren, type XmlElement } from '@gakumon/saml';
import { bindings, ns, quoteUntrusted } from '@gakumon/terms';
import { readIndexed } from './indexed.ts';
import type { AssertionConsumerService } from './serviceProvider.ts';
import type { Warn } from './warnings.ts';
import { validateWebUrl } from './webUrl.ts';

/**
 * Reads the md:AssertionConsumerService elements that Gakumon can answer to (SAML Metadata 2.4.4). Those with a binding
 * that we do not speak are passed over in silence: every Shibboleth SP lists several. One with a dangerous or broken
 * Location is left out with a warning.
 */
export function readAssertionConsumerServices(role: XmlElement, warn: Warn): readonly AssertionConsumerService[] {
  return readIndexed(
    listChildren(role, ns.md, 'AssertionConsumerService'),
    (el) => {
      if (attributeOf(el, 'Binding')?.trim() !== bindings.post) return undefined;
      const location = readLocation(el, warn);
      return location === undefined ? undefined : { location };
    },
    warn,
  );
}

/** Reads init:RequestInitiator (SAML Service Provider Request Initiation 2.4.1): where a login can be started. */
export function readRequestInitiator(extensions: XmlElement | undefined, warn: Warn): string | undefined {
  if (extensions === undefined) return undefined;
  return listChildren(extensions, ns.init, 'RequestInitiator')
    .filter((el) => attributeOf(el, 'Binding')?.trim() === ns.init)
    .map((el) => readLocation(el, warn))
    .find((location) => location !== undefined);
}

function readLocation(el: XmlElement, warn: Warn): string | undefined {
  const written = attributeOf(el, 'Location') ?? '';
  const location = validateWebUrl(written);
  if (location === undefined) {
    warn(`${el.localName} at ${quoteUntrusted(written)} is refused: not a plain absolute http or https address`);
  }
  return location;
}
