import { attributeOf, textOf, type XmlElement } from '@gakumon/saml';
import { isGakumonError, quoteUntrusted } from '@gakumon/terms';
import { keepFirst } from './keepFirst.ts';
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
  return cutText(findText(el, warn) ?? '', el.localName, longest, warn);
}

/** The same of an attribute. */
export function readTextAttribute(el: XmlElement, name: string, longest: number, warn: Warn): string | undefined {
  return cutText(attributeOf(el, name) ?? '', name, longest, warn);
}

/**
 * The text of an element that is compared with others, white space collapsed: whole or not at all, since a part of it
 * would be another one.
 *
 * @param longest UTF-16 units that are believed
 * @returns empty when the element is; undefined when it is too long, or holds markup or invisible characters (with a warning)
 */
export function readExactText(el: XmlElement, longest: number, warn: Warn): string | undefined {
  const text = findText(el, warn);
  return text === undefined ? undefined : exactText(text, el.localName, longest, warn);
}

/** The same of an attribute; empty also when it is not there. */
export function readExactAttribute(el: XmlElement, name: string, longest: number, warn: Warn): string | undefined {
  return exactText(attributeOf(el, name) ?? '', name, longest, warn);
}

/** Longest URI or identifier that is believed (entityIDs have 1024 by SAML Core 8.3.6; addresses of services may be longer). */
const longestUri = 2048;
const mostUris = 1000;

/** The URIs that elements hold, in document order, each once; those that are no single word are left out with a warning. */
export function readUris(elements: readonly XmlElement[], warn: Warn): readonly string[] {
  const uris = keepFirst(elements, mostUris, warn).map((el) =>
    asWord(readExactText(el, longestUri, warn), el.localName, warn),
  );
  return [...new Set(uris.filter((uri) => uri !== undefined))];
}

/** The URI or identifier in an attribute; undefined when it is not there, or is no single word (with a warning). */
export function readUriAttribute(el: XmlElement, name: string, warn: Warn): string | undefined {
  return asWord(readExactAttribute(el, name, longestUri, warn), name, warn);
}

function findText(el: XmlElement, warn: Warn): string | undefined {
  try {
    return textOf(el);
  } catch (error) {
    if (!isGakumonError(error)) throw error;
    warn(`${el.localName} holds markup and is ignored`);
    return undefined;
  }
}

const cleanText = (text: string): string => text.replace(unwanted, '').replace(whiteSpace, ' ').trim();

/** UTF-16 units that are looked at for one to keep, white space included; looking at a megabyte takes long. */
const lookedAt = 20;

function cutText(text: string, name: string, longest: number, warn: Warn): string | undefined {
  const head = text.slice(0, longest * lookedAt).toWellFormed();
  const clean = cleanText(head);
  const kept = clean.length <= longest ? clean : firstCharacters(clean, longest);
  if (kept !== clean || head !== text) {
    warn(`${name} ${quoteUntrusted(clean)} is longer than ${longest} characters and was cut`);
  }
  return kept === '' ? undefined : kept;
}

const firstCharacters = (text: string, longest: number): string =>
  Array.from(text.slice(0, longest * 2))
    .slice(0, longest)
    .join('');

function exactText(text: string, name: string, longest: number, warn: Warn): string | undefined {
  const head = text.slice(0, longest * lookedAt);
  const exact = head.replace(whiteSpace, ' ').trim();
  if (exact.length > longest || head !== text) {
    warn(`${name} ${quoteUntrusted(exact)} is longer than ${longest} characters and is ignored`);
    return undefined;
  }
  if (cleanText(exact) === exact) return exact;
  warn(`${name} ${quoteUntrusted(exact)} holds invisible characters and is ignored`);
  return undefined;
}

function asWord(text: string | undefined, name: string, warn: Warn): string | undefined {
  if (text === undefined || text === '') return undefined;
  if (!text.includes(' ')) return text;
  warn(`${name} ${quoteUntrusted(text)} is more than one word and is ignored`);
  return undefined;
}
