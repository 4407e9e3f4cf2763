import type { Authenticator } from '@gakumon/mfa';

/** How long the name of an authenticator may be, characters. */
export const longestName = 60;

/** Control characters, halves of characters, and what turns the text around it: a space stands for them. */
const parting = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;
/**
 * What nobody sees: formatting (zero width, soft hyphens, tags), fillers (U+3164 and others), selectors of variants. Only
 * between the parts of an emoji does ZWJ join, and only behind one does U+FE0F ask for colour.
 */
const unseen =
  /(?<!(?:\p{Extended_Pictographic}|\p{Emoji_Modifier})\ufe0f?)\u200d|\u200d(?!\p{Extended_Pictographic})|(?<!\p{Extended_Pictographic})\ufe0f|(?![\u200d\ufe0f])[\p{Cf}\p{Default_Ignorable_Code_Point}\u2800]/gu;

/**
 * Makes a name out of what somebody typed: without what cannot be seen, no longer than {@link longestName}, and not that
 * of another one of theirs (a number is put behind it). Pure.
 * @param otherwise the name when nothing is left, in the language of the page
 */
export function nameAuthenticator(
  typed: string | undefined,
  otherwise: string,
  others: readonly Pick<Authenticator, 'name'>[],
): string {
  const wanted = cut(clean(typed ?? ''), longestName) || otherwise;
  const taken = new Set(others.map(({ name }) => lookOf(name)));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : numbered(wanted, number);
    if (!taken.has(lookOf(name))) return name;
  }
}

const clean = (typed: string): string =>
  typed.normalize('NFC').replaceAll(parting, ' ').replaceAll(unseen, '').replaceAll(/\s+/g, ' ').trim();

/** Two that have the same would be taken for each other. */
const lookOf = (name: string): string => clean(name.normalize('NFKC')).replaceAll(/[\u200d\ufe0f]/g, '');

function numbered(name: string, number: number): string {
  const suffix = ` ${number}`;
  return `${cut(name, longestName - suffix.length)}${suffix}`;
}

/** By characters, not by UTF-16 units: half of one is none, nor does what is left join with anything. */
const cut = (text: string, length: number): string =>
  [...text]
    .slice(0, length)
    .join('')
    .replace(/\u200d$/, '')
    .trim();
