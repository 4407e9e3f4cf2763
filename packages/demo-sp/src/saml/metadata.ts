import { X509Certificate } from 'node:crypto';
import { algorithms, attributeNameFormats, bindings, nameIdFormats, ns } from '@gakumon/terms';
import { requestedAttributes } from '../attributeNames.ts';

export type DemoSpSettings = {
  /** Where browsers reach the demonstration, without a slash at its end, e.g. `http://localhost:8081`. */
  readonly baseUrl: string;
  /** PEM of the certificate whose key signs its requests and decrypts what it is sent. */
  readonly certificate: string;
};

/** The entityID of the demonstration: where its metadata is served. */
export const demoSpEntityId = (baseUrl: string): string => `${baseUrl}/metadata`;

/** The only address that answers are sent to (SAML Metadata 2.4.4). */
export const demoSpAcs = (baseUrl: string): string => `${baseUrl}/acs`;

/**
 * The metadata of the demonstration service provider, one md:EntityDescriptor as text.
 * Pure: usable before anything listens.
 */
export function demoSpMetadata({ baseUrl, certificate }: DemoSpSettings): string {
  const base = escapeXml(baseUrl);
  const der = new X509Certificate(certificate).raw.toString('base64');
  return `<?xml version="1.0" encoding="UTF-8"?>
<md:EntityDescriptor xmlns:md="${ns.md}" xmlns:ds="${ns.ds}" entityID="${escapeXml(demoSpEntityId(baseUrl))}">
  <md:SPSSODescriptor protocolSupportEnumeration="${ns.samlp}" AuthnRequestsSigned="true" WantAssertionsSigned="true">
    <md:Extensions>
      <mdui:UIInfo xmlns:mdui="${ns.mdui}">
        <mdui:DisplayName xml:lang="ja">デモサービス</mdui:DisplayName>
        <mdui:DisplayName xml:lang="en">Demonstration service</mdui:DisplayName>
        <mdui:Description xml:lang="ja">ログインして、届いた情報を見るためのサービスです。</mdui:Description>
        <mdui:Description xml:lang="en">A service to log in to, and to see what arrives.</mdui:Description>
        <mdui:InformationURL xml:lang="ja">${base}/?lang=ja</mdui:InformationURL>
        <mdui:InformationURL xml:lang="en">${base}/?lang=en</mdui:InformationURL>
      </mdui:UIInfo>
      <init:RequestInitiator xmlns:init="${ns.init}" Binding="${ns.init}" Location="${base}/login"/>
    </md:Extensions>
    ${keyDescriptor('signing', der, [])}
    ${keyDescriptor('encryption', der, [algorithms.aes128Gcm, algorithms.rsaOaepMgf1p])}
    <md:NameIDFormat>${nameIdFormats.transient}</md:NameIDFormat>
    <md:AssertionConsumerService Binding="${bindings.post}" Location="${escapeXml(demoSpAcs(baseUrl))}" index="1" isDefault="true"/>
    <md:AttributeConsumingService index="1" isDefault="true">
      <md:ServiceName xml:lang="ja">デモサービス</md:ServiceName>
      <md:ServiceName xml:lang="en">Demonstration service</md:ServiceName>
${requestedAttributes.map((attribute, at) => requestedAttribute(attribute.name, attribute.friendlyName, at === 0)).join('\n')}
    </md:AttributeConsumingService>
  </md:SPSSODescriptor>
  <md:Organization>
    <md:OrganizationName xml:lang="ja">Gakumon デモ</md:OrganizationName>
    <md:OrganizationName xml:lang="en">Gakumon demonstration</md:OrganizationName>
    <md:OrganizationDisplayName xml:lang="ja">Gakumon デモ</md:OrganizationDisplayName>
    <md:OrganizationDisplayName xml:lang="en">Gakumon demonstration</md:OrganizationDisplayName>
    <md:OrganizationURL xml:lang="en">${base}/</md:OrganizationURL>
  </md:Organization>
</md:EntityDescriptor>
`;
}

const keyDescriptor = (use: 'signing' | 'encryption', der: string, methods: readonly string[]): string =>
  `<md:KeyDescriptor use="${use}"><ds:KeyInfo><ds:X509Data><ds:X509Certificate>${der}</ds:X509Certificate></ds:X509Data></ds:KeyInfo>${methods
    .map((method) => `<md:EncryptionMethod Algorithm="${method}"/>`)
    .join('')}</md:KeyDescriptor>`;

const requestedAttribute = (name: string, friendlyName: string, required: boolean): string =>
  `      <md:RequestedAttribute Name="${name}" NameFormat="${attributeNameFormats.uri}" FriendlyName="${friendlyName}" isRequired="${required}"/>`;

/** Text for an XML attribute value or element content. */
export const escapeXml = (text: string): string =>
  text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
