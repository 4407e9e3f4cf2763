import { passwordLimit } from '@gakumon/directory';
import { GakumonError, type Username } from '@gakumon/terms';

/** What somebody typed to change their password. */
export type TypedPasswords = { readonly current: string; readonly next: string; readonly again: string };

/**
 * Looks at what was typed before any directory is asked. What a good password is, is the directory's to say; here is only
 * what no directory should be given.
 * @returns both in Unicode NFC, which is how they are compared wherever somebody logs in
 * @throws GakumonError `password-missing`, `password-mismatch`, `password-unchanged`, `password-like-name`,
 *   `password-too-weak`; `data.field` is the empty one
 */
export function checkNewPassword(
  username: Username,
  { current: typedCurrent, next: typedNext, again: typedAgain }: TypedPasswords,
): { readonly current: string; readonly next: string } {
  const [current, next, again] = [normalise(typedCurrent), normalise(typedNext), normalise(typedAgain)];
  const empty = Object.entries({ current, next, again }).find(([, text]) => text === '');
  if (empty !== undefined) throw new GakumonError('password-missing', { data: { field: empty[0] } });
  if (next !== again) throw new GakumonError('password-mismatch');
  if (next === current) throw new GakumonError('password-unchanged');
  if (next.toLowerCase() === username) throw new GakumonError('password-like-name');
  if (!isUsable(next)) throw new GakumonError('password-too-weak');
  return { current, next };
}

/** Longer texts need not be normalised to be refused. */
const longestTyped = passwordLimit * 4;
const normalise = (typed: string): string => (typed.length > longestTyped ? typed : typed.normalize('NFC'));

/** What every directory can hold and every keyboard type again: no control characters, no half of a character. */
const isUsable = (password: string): boolean =>
  password.isWellFormed() && Buffer.byteLength(password) <= passwordLimit && !/\p{Cc}/u.test(password);
