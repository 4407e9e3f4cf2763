import { textOf, type XmlElement } from '@gakumon/saml';
import { isGakumonError, quoteUntrusted } from '@gakumon/terms';
import type { Warn } from './warnings.ts';

/** White space as XML has it, and other ends of lines. An ideographic space is a letter's width and stays. */
const whiteSpace = /[\t\n\r \u0085\u2028\u2029]+/g;
/** Controls, and the directional characters by which a name can pretend to be another (Unicode TR 36, 2.5). */
const unwanted = /(?![\t\n\r\u0085])[\p{Cc}\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\u{e0000}-\u{e007f}]/gu;

/**
 * The text of an element, white space collapsed as xs:token does, without characters that have no business in a name.
 *
 * @param longest characters to keep; what is beyond is cut off
 * @returns undefined when it is empty, or holds markup (with a warning)
 */
export function readText(el: XmlElement, longest: number, warn: Warn): string | undefined {
  let text: string;
  try {
    text = textOf(el);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`${el.localName} holds markup and is ignored`);
    return undefined;
  }
  const clean = text.replace(unwanted, '').replace(whiteSpace, ' ').trim();
  if (clean === '') return undefined;
  const characters = Array.from(clean.slice(0, longest * 2));
  if (characters.length <= longest) return clean;
  warn(`${el.localName} ${quoteUntrusted(clean)} is longer than ${longest} characters and was cut`);
  return characters.slice(0, longest).join('');
}

/** Longest URI or identifier that is believed (entityIDs have 1024 by SAML Core 8.3.6; addresses of services may be longer). */
const longestUri = 2048;

/** The URIs that elements hold, in document order, each once; those that are no single word are left out. */
export function readUris(elements: readonly XmlElement[], warn: Warn): readonly string[] {
  const uris = elements.map((el) => readText(el, longestUri, warn)).filter((uri) => uri !== undefined);
  return [...new Set(uris.filter((uri) => !uri.includes(' ')))];
}
