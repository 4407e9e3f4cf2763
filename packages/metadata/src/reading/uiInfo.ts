import { attributeOf, findChild, listChildren, textOf, type XmlElement } from '@gakumon/saml';
import { isGakumonError, type LocalisedOptional, ns } from '@gakumon/terms';
import { readText } from './elementText.ts';
import type { UiInfo, UiInfoLogo } from './entityDescription.ts';
import { keepFirst } from './keepFirst.ts';
import { languageOf } from './languageOf.ts';
import { readByLanguage, readLocalisedTexts, readLocalisedUrls, readWebUrl } from './localisedTexts.ts';
import { parseSize } from './schemaTypes.ts';
import type { Warn } from './warnings.ts';

/** Characters, of texts that people are shown. */
export const longestName = 200;
export const longestDescription = 2000;
const longestKeywords = 4000;
const mostLogos = 50;

/**
 * Reads how an entity calls and describes itself: mdui:UIInfo (SAML V2.0 Metadata Extensions for Login and Discovery
 * User Interface 2.1).
 */
export function readUiInfo(
  entity: XmlElement,
  role: XmlElement,
  extensions: XmlElement | undefined,
  warn: Warn,
): UiInfo {
  const info = extensions && findChild(extensions, ns.mdui, 'UIInfo');
  const inInfo = (name: string): readonly XmlElement[] => (info === undefined ? [] : listChildren(info, ns.mdui, name));
  return {
    names: readNames(entity, role, extensions, warn),
    descriptions: readLocalisedTexts(inInfo('Description'), longestDescription, warn),
    informationUrls: readLocalisedUrls(inInfo('InformationURL'), warn),
    privacyStatementUrls: readLocalisedUrls(inInfo('PrivacyStatementURL'), warn),
    keywords: readByLanguage(inInfo('Keywords'), (el) => readKeywords(el, warn), warn),
    logos: keepFirst(inInfo('Logo'), mostLogos, warn)
      .map((el) => readLogo(el, warn))
      .filter((logo) => logo !== undefined),
  };
}

/**
 * Reads the names alone: mdui:DisplayName, else md:ServiceName of the first md:AttributeConsumingService, else
 * md:OrganizationDisplayName; never a mixture of them, which would name one service in two ways.
 */
export function readNames(
  entity: XmlElement,
  role: XmlElement,
  extensions: XmlElement | undefined,
  warn: Warn,
): LocalisedOptional {
  const holders = [
    [extensions && findChild(extensions, ns.mdui, 'UIInfo'), ns.mdui, 'DisplayName'],
    [findChild(role, ns.md, 'AttributeConsumingService'), ns.md, 'ServiceName'],
    [
      findChild(role, ns.md, 'Organization') ?? findChild(entity, ns.md, 'Organization'),
      ns.md,
      'OrganizationDisplayName',
    ],
  ] as const;
  for (const [holder, namespace, localName] of holders) {
    const elements = holder === undefined ? [] : listChildren(holder, namespace, localName);
    const names = readLocalisedTexts(elements, longestName, warn);
    if (Object.keys(names).length > 0) return names;
  }
  return {};
}

/** A list of words, in which `+` stands for a space (the same, 2.1.4). */
function readKeywords(el: XmlElement, warn: Warn): readonly string[] | undefined {
  const text = readText(el, longestKeywords, warn);
  if (text === undefined) return undefined;
  const words = text.split(' ').map((word) => word.replaceAll('+', ' ').trim());
  return [...new Set(words.filter((word) => word !== ''))];
}

function readLogo(el: XmlElement, warn: Warn): UiInfoLogo | undefined {
  if (isInline(el)) return undefined;
  const url = readWebUrl(el, warn);
  if (url === undefined) return undefined;
  const language = languageOf(el);
  return {
    url,
    width: parseSize(attributeOf(el, 'width')),
    height: parseSize(attributeOf(el, 'height')),
    language: language === 'und' ? undefined : language,
  };
}

/** An image in the metadata itself is nothing odd (the same, 2.1.5), only nothing that we use. */
function isInline(el: XmlElement): boolean {
  try {
    return /^\s*data:image\//i.test(textOf(el));
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    return false;
  }
}
