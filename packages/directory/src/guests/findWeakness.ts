import { passwordOctets } from '../password.ts';

/** The shortest password that a guest may choose, in characters. */
export const shortestPassword = 12;

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
): 'too-weak' | 'used-before' | undefined {
  if (passwordOctets(next) === undefined) return 'too-weak';
  const text = next.normalize('NFC');
  if (text === current.normalize('NFC')) return 'used-before';
  const characters = [...text];
  if (characters.length < shortestPassword || new Set(characters).size < fewestDifferent) return 'too-weak';
  return isGuessed(text.toLowerCase(), username) ? 'too-weak' : undefined;
}

function isGuessed(text: string, username: string): boolean {
  const rest = text.replaceAll(username, '');
  // With the name taken out, too little is left to be a password of its own
  if (rest !== text && [...rest].length < shortestPassword - 4) return true;
  return common.has(text.replace(/[^\p{L}]/gu, '')) || isRow(text);
}

/** `123456789012`, `abcdefghijkl`: each character is the next one of the one before. */
function isRow(text: string): boolean {
  const codes = [...text].map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).filter((code, index) => Math.abs(code - (codes[index] ?? 0)) === 1).length;
  return steps >= codes.length - 3;
}
