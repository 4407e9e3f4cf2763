import { attributeNameFormats, bindings, ns } from '@gakumon/terms';
import { escapeMarkup, writeAttributes } from './authnRequest.ts';

export type SpMetadataOptions = {
  readonly entityId: string;
  /** In the order of their index, from 1; the first is the default. */
  readonly acs: readonly string[];
  /** Certificates, base64 DER. */
  readonly signingCertificates: readonly string[];
  readonly encryptionCertificates: readonly string[];
  /** md:EncryptionMethod algorithms of each encryption key. */
  readonly encryptionMethods: readonly string[];
  readonly authnRequestsSigned: boolean | undefined;
  readonly wantAssertionsSigned: boolean | undefined;
  readonly names: Readonly<Record<string, string>>;
  readonly nameIdFormats: readonly string[];
  readonly requestedAttributes: readonly { readonly name: string; readonly isRequired?: boolean }[];
  readonly requestInitiator: string | undefined;
  /** Markup for the md:Extensions of the entity. */
  readonly entityExtensions: string;
};

/** An md:EntityDescriptor with one SPSSODescriptor (SAML Metadata 2.4.4), by hand. */
export function writeSpMetadata(options: SpMetadataOptions): string {
  const role = writeAttributes({
    protocolSupportEnumeration: ns.samlp,
    AuthnRequestsSigned: options.authnRequestsSigned?.toString(),
    WantAssertionsSigned: options.wantAssertionsSigned?.toString(),
  });
  return [
    `<md:EntityDescriptor xmlns:md="${ns.md}" xmlns:ds="${ns.ds}" xmlns:mdui="${ns.mdui}" xmlns:init="${ns.init}" entityID="${escapeMarkup(options.entityId)}">`,
    options.entityExtensions === '' ? '' : `<md:Extensions>${options.entityExtensions}</md:Extensions>`,
    `<md:SPSSODescriptor${role}>`,
    roleExtensions(options),
    ...options.signingCertificates.map((certificate) => keyDescriptor('signing', certificate, [])),
    ...options.encryptionCertificates.map((certificate) =>
      keyDescriptor('encryption', certificate, options.encryptionMethods),
    ),
    ...options.nameIdFormats.map((format) => `<md:NameIDFormat>${escapeMarkup(format)}</md:NameIDFormat>`),
    ...options.acs.map((location, at) => acsElement(location, at + 1)),
    attributeConsumingService(options),
    '</md:SPSSODescriptor>',
    '</md:EntityDescriptor>',
  ].join('');
}

function roleExtensions({ names, requestInitiator }: SpMetadataOptions): string {
  const displayNames = Object.entries(names).map(
    ([language, name]) => `<mdui:DisplayName xml:lang="${language}">${escapeMarkup(name)}</mdui:DisplayName>`,
  );
  const initiator =
    requestInitiator === undefined
      ? ''
      : `<init:RequestInitiator Binding="${ns.init}" Location="${escapeMarkup(requestInitiator)}"/>`;
  return `<md:Extensions><mdui:UIInfo>${displayNames.join('')}</mdui:UIInfo>${initiator}</md:Extensions>`;
}

const keyDescriptor = (use: string, certificate: string, methods: readonly string[]): string =>
  `<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${certificate}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${methods
    .map((method) => `<md:EncryptionMethod Algorithm="${method}"/>`)
    .join('')}</md:KeyDescriptor>`;

const acsElement = (location: string, index: number): string =>
  `<md:AssertionConsumerService${writeAttributes({
    Binding: bindings.post,
    Location: location,
    index: String(index),
    isDefault: index === 1 ? 'true' : undefined,
  })}/>`;

function attributeConsumingService({ requestedAttributes, names }: SpMetadataOptions): string {
  if (requestedAttributes.length === 0) return '';
  const serviceNames = Object.entries(names).map(
    ([language, name]) => `<md:ServiceName xml:lang="${language}">${escapeMarkup(name)}</md:ServiceName>`,
  );
  const requested = requestedAttributes.map(
    ({ name, isRequired }) =>
      `<md:RequestedAttribute${writeAttributes({
        Name: name,
        NameFormat: attributeNameFormats.uri,
        isRequired: isRequired?.toString(),
      })}/>`,
  );
  return `<md:AttributeConsumingService index="1">${serviceNames.join('')}${requested.join('')}</md:AttributeConsumingService>`;
}
