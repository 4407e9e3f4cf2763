import { randomInt } from 'node:crypto';

/** Without those that are taken for one another on paper: no l, 1, i, o, 0. */
const letters = 'abcdefghjkmnpqrstuvwxyz23456789';

/** A password to be typed once, from paper: 16 letters in four groups, about 79 bits. */
export function newInitialPassword(): string {
  const group = (): string => Array.from({ length: 4 }, () => letters[randomInt(letters.length)]).join('');
  return Array.from({ length: 4 }, group).join('-');
}
