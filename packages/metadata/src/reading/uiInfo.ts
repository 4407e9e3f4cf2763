import { findChild, listChildren, type XmlElement } from '@gakumon/saml';
import { type LocalisedOptional, ns } from '@gakumon/terms';
import { readLocalisedTexts, readLocalisedUrls } from './localisedTexts.ts';
import type { Warn } from './warnings.ts';

/** What people are told about a service. */
export type UiInfo = {
  readonly names: LocalisedOptional;
  readonly descriptions: LocalisedOptional;
  readonly informationUrls: LocalisedOptional;
  readonly privacyStatementUrls: LocalisedOptional;
};

const longestName = 200;
const longestDescription = 2000;

/**
 * Reads how a service calls and describes itself: mdui:UIInfo (SAML V2.0 Metadata Extensions for Login and Discovery
 * User Interface 2.1). The name is mdui:DisplayName, else md:ServiceName of its first md:AttributeConsumingService,
 * else md:OrganizationDisplayName; never a mixture of them, which would name one service in two ways.
 */
export function readUiInfo(
  entity: XmlElement,
  role: XmlElement,
  extensions: XmlElement | undefined,
  warn: Warn,
): UiInfo {
  const info = extensions && findChild(extensions, ns.mdui, 'UIInfo');
  const inInfo = (name: string): readonly XmlElement[] => (info === undefined ? [] : listChildren(info, ns.mdui, name));
  const service = findChild(role, ns.md, 'AttributeConsumingService');
  const organization = findChild(role, ns.md, 'Organization') ?? findChild(entity, ns.md, 'Organization');
  const candidates = [
    inInfo('DisplayName'),
    service === undefined ? [] : listChildren(service, ns.md, 'ServiceName'),
    organization === undefined ? [] : listChildren(organization, ns.md, 'OrganizationDisplayName'),
  ];
  const names = candidates.map((elements) => readLocalisedTexts(elements, longestName, warn));
  return {
    names: names.find((texts) => Object.keys(texts).length > 0) ?? {},
    descriptions: readLocalisedTexts(inInfo('Description'), longestDescription, warn),
    informationUrls: readLocalisedUrls(inInfo('InformationURL'), warn),
    privacyStatementUrls: readLocalisedUrls(inInfo('PrivacyStatementURL'), warn),
  };
}
