import { buildNameId, element, type OutElement } from '@gakumon/saml';
import { attributeNameFormats } from '@gakumon/terms';
import { attributeValueText } from './attributeValueText.ts';
import type { AttributeValue, ResolvedAttribute } from './types.ts';

/** What an attribute is called on the wire for one SP, where that differs from the dictionary (SAML Core 2.7.3.1). */
export type AttributeNaming = {
  readonly name?: string | undefined;
  readonly nameFormat?: keyof typeof attributeNameFormats | undefined;
  readonly friendlyName?: string | undefined;
};

/**
 * Writes saml:Attribute (SAML Core 2.7.3.1, X.500/LDAP profile of SAML Profiles 8.2 without xsi:type, which no SP needs
 * and which would tie the canonical form to a prefix in a value).
 * @param attribute a released one
 * @param naming what one SP wants it called instead
 */
export function toSamlAttribute({ definition, values }: ResolvedAttribute, naming: AttributeNaming = {}): OutElement {
  return element(
    'saml:Attribute',
    {
      Name: naming.name ?? definition.name,
      NameFormat: attributeNameFormats[naming.nameFormat ?? 'uri'],
      FriendlyName: naming.friendlyName ?? definition.friendlyName,
    },
    ...values.map((value) => element('saml:AttributeValue', {}, contentOf(value))),
  );
}

/** eduPersonTargetedID holds a NameID as XML, not as escaped text (eduPerson 2.2.10). */
function contentOf(value: AttributeValue): OutElement | string {
  return value.kind === 'nameId' ? buildNameId(value) : attributeValueText(value);
}
