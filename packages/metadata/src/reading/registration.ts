import { attributeOf, findChild, listChildren, parseDateTime, type XmlElement } from '@gakumon/saml';
import { isGakumonError, ns, quoteUntrusted } from '@gakumon/terms';
import { readExactAttribute, readTextAttribute } from './elementText.ts';
import type { Publication, Registration } from './entityDescription.ts';
import { readLocalisedUrls } from './localisedTexts.ts';
import type { Warn } from './warnings.ts';

const longestAuthority = 2048;

/**
 * Reads mdrpi:RegistrationInfo: who vouches for the entity (SAML V2.0 Metadata Extensions for Registration and
 * Publication Information 2.1). Without an authority that can be read there is none.
 * @param inherited what the group around it says; the innermost one counts
 */
export function readRegistration(
  extensions: XmlElement | undefined,
  inherited: Registration | undefined,
  warn: Warn,
): Registration | undefined {
  const info = extensions && findChild(extensions, ns.mdrpi, 'RegistrationInfo');
  const authority = info && readExactAttribute(info, 'registrationAuthority', longestAuthority, warn);
  if (info === undefined || authority === undefined || authority === '') return inherited;
  return {
    authority,
    instant: readInstant(info, 'registrationInstant', warn),
    policies: readLocalisedUrls(listChildren(info, ns.mdrpi, 'RegistrationPolicy'), warn),
  };
}

/** Reads mdrpi:PublicationInfo of an entity (the same, 2.2). That of a group tells of the document, not of its members. */
export function readPublication(extensions: XmlElement | undefined, warn: Warn): Publication | undefined {
  const info = extensions && findChild(extensions, ns.mdrpi, 'PublicationInfo');
  const publisher = info && readTextAttribute(info, 'publisher', 1024, warn);
  if (info === undefined || publisher === undefined) return undefined;
  return {
    publisher,
    instant: readInstant(info, 'creationInstant', warn),
    usagePolicies: readLocalisedUrls(listChildren(info, ns.mdrpi, 'UsagePolicy'), warn),
  };
}

function readInstant(el: XmlElement, name: string, warn: Warn): number | undefined {
  const written = attributeOf(el, name);
  if (written === undefined) return undefined;
  try {
    return parseDateTime(written);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`${name} is no dateTime: ${quoteUntrusted(written)}`);
    return undefined;
  }
}
