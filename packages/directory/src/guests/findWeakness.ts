import type { Localised } from '@gakumon/terms';
import { passwordOctets } from '../password.ts';
import type { PasswordRefusal } from '../ports.ts';

/** The shortest password that a guest may choose, in characters. */
export const shortestPassword = 12;

/** What is asked of a password of a guest, in words. */
export const guestPasswordRules: Localised = {
  ja: `${shortestPassword} 文字以上にしてください。ユーザ名を少し変えただけのもの、よく使われるもの(password など)、並んだ文字(abcdef、123456)、同じ文字の繰り返しは使えません。`,
  en: `${shortestPassword} characters or more. Not your user name with little added, nothing that many people use (such as “password”), no rows (abcdef, 123456), and not the same few characters over and over.`,
};

/** Fewer different characters than this are one that was held down, or a pattern of two. */
const fewestDifferent = 5;

/** What is left of passwords that many people choose, when digits and signs are taken off them. */
const common: ReadonlySet<string> = new Set([
  'password',
  'passwd',
  'passwordpassword',
  'pass',
  'qwerty',
  'qwertyuiop',
  'qwertyuiopasdfghjkl',
  'asdfghjkl',
  'letmein',
  'welcome',
  'administrator',
  'admin',
  'guest',
  'university',
  'daigaku',
  'gakumon',
  'abcdefghijkl',
  'iloveyou',
  '',
]);

/**
 * Why nobody ought to take a password; undefined: it will do. Pure. Long enough is what counts; the rest are the ones
 * that are tried first.
 * @param of whose it is to be, and what it is now
 */
export function findWeakness(
  next: string,
  { username, current }: { readonly username: string; readonly current: string },
): Extract<PasswordRefusal, 'too-short' | 'like-name' | 'too-weak' | 'used-before'> | undefined {
  if (passwordOctets(next) === undefined) return 'too-weak';
  const text = next.normalize('NFC');
  if (text === current.normalize('NFC')) return 'used-before';
  const characters = [...text];
  if (characters.length < shortestPassword) return 'too-short';
  if (new Set(characters).size < fewestDifferent) return 'too-weak';
  const folded = text.toLowerCase();
  if (isLikeName(folded, username)) return 'like-name';
  return isGuessed(folded) ? 'too-weak' : undefined;
}

/** With the name taken out, too little is left to be a password of its own. */
function isLikeName(text: string, username: string): boolean {
  const rest = text.replaceAll(username, '');
  return rest !== text && [...rest].length < shortestPassword - 4;
}

const isGuessed = (text: string): boolean => common.has(text.replace(/[^\p{L}]/gu, '')) || isRow(text);

/** `123456789012`, `abcdefghijkl`: each character is the next one of the one before. */
function isRow(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) === 1).length;
  return steps >= codes.length - 3;
}
