import { attributeOf, findChild, type XmlElement } from '@gakumon/saml';
import { ns } from '@gakumon/terms';

/**
 * Reads mdrpi:RegistrationInfo/@registrationAuthority: who vouches for the entity (SAML V2.0 Metadata Extensions for
 * Registration and Publication Information 2.1).
 * @param inherited what the group around it says; the innermost one counts
 */
export function readRegistrationAuthority(
  extensions: XmlElement | undefined,
  inherited: string | undefined,
): string | undefined {
  const info = extensions && findChild(extensions, ns.mdrpi, 'RegistrationInfo');
  const authority = (info && attributeOf(info, 'registrationAuthority')?.trim()) ?? '';
  return authority === '' ? inherited : authority;
}
