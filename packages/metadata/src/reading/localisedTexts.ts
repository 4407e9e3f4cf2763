import type { XmlElement } from '@gakumon/saml';
import { type LocalisedOptional, quoteUntrusted } from '@gakumon/terms';
import { readText } from './elementText.ts';
import { keepFirst } from './keepFirst.ts';
import { languageOf } from './languageOf.ts';
import type { Warn } from './warnings.ts';
import { validateLink } from './webUrl.ts';

/**
 * Reads md:localizedNameType elements (SAML Metadata 2.2.4): the first text of each language.
 * @param longest characters to keep of each
 * @returns by language as `languageOf` normalises it
 */
export function readLocalisedTexts(elements: readonly XmlElement[], longest: number, warn: Warn): LocalisedOptional {
  return readByLanguage(elements, (el) => readText(el, longest, warn), warn);
}

/** Reads md:localizedURIType elements (SAML Metadata 2.2.5) that hold web addresses; any other is left out with a warning. */
export function readLocalisedUrls(elements: readonly XmlElement[], warn: Warn): LocalisedOptional {
  return readByLanguage(elements, (el) => readWebUrl(el, warn), warn);
}

/** The http or https address, to link to, that an element holds; undefined with a warning when it holds something else. */
export function readWebUrl(el: XmlElement, warn: Warn): string | undefined {
  const text = readText(el, 4096, warn);
  if (text === undefined) return undefined;
  const url = validateLink(text);
  if (url === undefined) warn(`${el.localName} ${quoteUntrusted(text)} is not an http or https address and is ignored`);
  return url;
}

/** More languages than any service speaks. */
const mostTexts = 300;

/** The first thing of each language that can be read. */
export function readByLanguage<T>(
  elements: readonly XmlElement[],
  read: (el: XmlElement) => T | undefined,
  warn: Warn,
): Readonly<Record<string, T>> {
  const found = new Map<string, T>();
  for (const el of keepFirst(elements, mostTexts, warn)) {
    const language = languageOf(el);
    const one = found.has(language) ? undefined : read(el);
    if (one !== undefined) found.set(language, one);
  }
  return Object.fromEntries(found);
}
