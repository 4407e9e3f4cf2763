import type { Authenticator } from '@gakumon/mfa';

/** How long the name of an authenticator may be, characters. */
export const longestName = 60;

/** Control characters, and those that turn the direction of the text around them. */
const unwanted = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gu;

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
  const taken = new Set(others.map(({ name }) => name));
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : numbered(wanted, number);
    if (!taken.has(name)) return name;
  }
}

const clean = (typed: string): string =>
  typed.normalize('NFC').replaceAll(unwanted, ' ').replaceAll(/\s+/g, ' ').trim();

function numbered(name: string, number: number): string {
  const suffix = ` ${number}`;
  return `${cut(name, longestName - suffix.length)}${suffix}`;
}

/** By characters, not by UTF-16 units: half of one is none. */
const cut = (text: string, length: number): string => [...text].slice(0, length).join('').trim();
