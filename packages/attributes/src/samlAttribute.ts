import { buildNameId, element, type OutElement } from '@gakumon/saml';
import { attributeNameFormats } from '@gakumon/terms';
import { attributeValueText } from './attributeValueText.ts';
import type { AttributeValue, ResolvedAttribute } from './types.ts';

/**
 * Writes saml:Attribute (SAML Core 2.7.3.1, X.500/LDAP profile of SAML Profiles 8.2 without xsi:type, which no SP needs
 * and which would tie the canonical form to a prefix in a value).
 * @param attribute a released one
 */
export function toSamlAttribute({ definition, values }: ResolvedAttribute): OutElement {
  return element(
    'saml:Attribute',
    { Name: definition.name, NameFormat: attributeNameFormats.uri, FriendlyName: definition.friendlyName },
    ...values.map((value) => element('saml:AttributeValue', {}, contentOf(value))),
  );
}

/** eduPersonTargetedID holds a NameID as XML, not as escaped text (eduPerson 2.2.10). */
function contentOf(value: AttributeValue): OutElement | string {
  return value.kind === 'nameId' ? buildNameId(value) : attributeValueText(value);
}
