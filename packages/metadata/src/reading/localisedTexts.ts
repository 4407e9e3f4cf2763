import { attributeOf, type XmlElement } from '@gakumon/saml';
import { type LocalisedOptional, ns, quoteUntrusted } from '@gakumon/terms';
import { readText } from './elementText.ts';
import type { Warn } from './warnings.ts';
import { validateWebUrl } from './webUrl.ts';

/**
 * Reads md:localizedNameType elements (SAML Metadata 2.2.4): the first text of each language.
 * @param longest characters to keep of each
 * @returns by xml:lang in lower case; `und` where none or nonsense is given
 */
export function readLocalisedTexts(elements: readonly XmlElement[], longest: number, warn: Warn): LocalisedOptional {
  return byLanguage(elements, (el) => readText(el, longest, warn));
}

/** Reads md:localizedURIType elements (SAML Metadata 2.2.5) that hold web addresses; any other is left out with a warning. */
export function readLocalisedUrls(elements: readonly XmlElement[], warn: Warn): LocalisedOptional {
  return byLanguage(elements, (el) => {
    const text = readText(el, 4096, warn);
    if (text === undefined) return undefined;
    const url = validateWebUrl(text);
    if (url === undefined)
      warn(`${el.localName} ${quoteUntrusted(text)} is not an http or https address and is ignored`);
    return url;
  });
}

function byLanguage(elements: readonly XmlElement[], read: (el: XmlElement) => string | undefined): LocalisedOptional {
  const texts = new Map<string, string>();
  for (const el of elements) {
    const language = languageOf(el);
    const text = texts.has(language) ? undefined : read(el);
    if (text !== undefined) texts.set(language, text);
  }
  return Object.fromEntries(texts);
}

/** The pattern keeps names that objects already have (`constructor`, `__proto__`) out of the record. */
function languageOf(el: XmlElement): string {
  const tag = (attributeOf(el, 'lang', ns.xml) ?? '').trim().toLowerCase();
  return /^[a-z]{2,8}(-[a-z0-9]{1,8})*$/.test(tag) ? tag : 'und';
}
