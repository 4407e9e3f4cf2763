import { GakumonError } from '@gakumon/terms';

/** Whatever is not a Char of XML 1.0 2.2; a lone surrogate counts as the code point that it is. */
const forbidden = /[^\t\n\r\x20-\uD7FF\uE000-\uFFFD\u{10000}-\u{10FFFF}]/u;

const textEscapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#xD;' };
const attributeEscapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '"': '&quot;',
  '\t': '&#x9;',
  '\n': '&#xA;',
  '\r': '&#xD;',
};

/** Text as Canonical XML writes it (Canonical XML 1.0, section 2.3). */
export function escapeText(value: string): string {
  return /[&<>\r]/.test(value) ? value.replace(/[&<>\r]/g, (one) => textEscapes[one] ?? one) : value;
}

/** An attribute value as Canonical XML writes it, without the quotes (Canonical XML 1.0, section 2.3). */
export function escapeAttribute(value: string): string {
  return /[&<"\t\n\r]/.test(value) ? value.replace(/[&<"\t\n\r]/g, (one) => attributeEscapes[one] ?? one) : value;
}

/**
 * @param element what to name in the error, and perhaps an attribute of it; the value itself may be private
 * @throws GakumonError `xml-malformed` when the value has a character that no XML document can hold
 */
export function requireXmlCharacters(value: string, element: string, attribute?: string): string {
  if (forbidden.test(value)) {
    const where = attribute === undefined ? element : `${element}/@${attribute}`;
    throw new GakumonError('xml-malformed', { detail: `${where} has a character that XML forbids` });
  }
  return value;
}

/**
 * Without the white space of XML 1.0 2.3 around it; what else looks like a space belongs to a name and makes it another
 * one. A pattern would try each blank of a row as the first one.
 */
export function trimXmlSpace(text: string): string {
  const isSpace = (at: number): boolean => ' \t\r\n'.includes(text.charAt(at));
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(start)) start += 1;
  while (end > start && isSpace(end - 1)) end -= 1;
  return text.slice(start, end);
}
