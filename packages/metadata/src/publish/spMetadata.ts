import { element, type OutElement } from '@gakumon/saml';
import { attributeNameFormats, bindings, type LocalisedOptional, ns } from '@gakumon/terms';

/** What is known of a service that publishes no metadata. */
export type SpMetadataSettings = {
  readonly entityId: string;
  /** Where answers go by HTTP-POST, the default first; at least one. */
  readonly assertionConsumerServices: readonly string[];
  /** Base64 DER; each key serves for its signatures and to encrypt to. */
  readonly certificates?: readonly string[] | undefined;
  readonly names?: LocalisedOptional | undefined;
  readonly nameIdFormats?: readonly string[] | undefined;
  readonly wantAssertionsSigned?: boolean | undefined;
  /** By saml:Attribute/@Name; with values, only those are wanted. */
  readonly requested?:
    | readonly { readonly name: string; readonly values?: readonly string[] | undefined }[]
    | undefined;
};

/** Builds md:EntityDescriptor for an SP that has none (SAML Metadata 2.4.4); what it says is judged by whoever reads it. */
export function buildSpMetadata(settings: SpMetadataSettings): OutElement {
  const { entityId, assertionConsumerServices, certificates = [], names = {}, nameIdFormats = [] } = settings;
  const displayNames = Object.entries(names).map(([language, name]) =>
    element('mdui:DisplayName', { 'xml:lang': language }, name),
  );
  return element(
    'md:EntityDescriptor',
    { entityID: entityId },
    element(
      'md:SPSSODescriptor',
      {
        protocolSupportEnumeration: ns.samlp,
        WantAssertionsSigned: settings.wantAssertionsSigned ? 'true' : undefined,
      },
      displayNames.length === 0 ? undefined : element('md:Extensions', {}, element('mdui:UIInfo', {}, ...displayNames)),
      ...certificates.map(keyDescriptor),
      ...nameIdFormats.map((format) => element('md:NameIDFormat', {}, format)),
      ...assertionConsumerServices.map((location, index) =>
        element('md:AssertionConsumerService', {
          Binding: bindings.post,
          Location: location,
          index: String(index + 1),
          isDefault: index === 0 ? 'true' : undefined,
        }),
      ),
      attributeConsumingService(settings),
    ),
  );
}

/** For both uses. Which ciphers it takes nobody told, so that no md:EncryptionMethod does either. */
function keyDescriptor(certificate: string): OutElement {
  return element(
    'md:KeyDescriptor',
    {},
    element('ds:KeyInfo', {}, element('ds:X509Data', {}, element('ds:X509Certificate', {}, certificate))),
  );
}

function attributeConsumingService({
  entityId,
  names = {},
  requested = [],
}: SpMetadataSettings): OutElement | undefined {
  if (requested.length === 0) return undefined;
  const [[language, name] = ['en', entityId]] = Object.entries(names);
  return element(
    'md:AttributeConsumingService',
    { index: '1' },
    element('md:ServiceName', { 'xml:lang': language }, name),
    ...requested.map(({ name, values = [] }) =>
      element(
        'md:RequestedAttribute',
        { Name: name, NameFormat: attributeNameFormats.uri },
        ...values.map((value) => element('saml:AttributeValue', {}, value)),
      ),
    ),
  );
}
