import type { AuthenticationFact } from '@gakumon/idp';

/** A fact as one line of a stored value: its kind, and a JSON array, in which no line ends. */
export function toFactLine(fact: AuthenticationFact): string {
  return `F${JSON.stringify([fact.authenticator, fact.at, fact.address, fact.passwordVersion])}`;
}

/** @throws TypeError when it is no fact */
export function readFact(parts: readonly unknown[]): AuthenticationFact {
  const [authenticator, at, address, passwordVersion] = parts;
  if (typeof authenticator !== 'string' || typeof at !== 'number' || typeof address !== 'string') {
    throw new TypeError('not a fact');
  }
  if (passwordVersion !== null && typeof passwordVersion !== 'string') throw new TypeError('not a password version');
  return {
    // A node of the next release may have written one that this release does not know
    authenticator: authenticator as AuthenticationFact['authenticator'],
    at,
    address,
    passwordVersion: passwordVersion ?? undefined,
  };
}

/**
 * The parts of a line after the letter of its kind.
 * @throws SyntaxError, TypeError when it is not an array
 */
export function readParts(line: string): readonly unknown[] {
  const parts: unknown = JSON.parse(line.slice(1));
  if (!Array.isArray(parts)) throw new TypeError('not an array');
  return parts;
}
