import type { AuthenticationFact } from '@gakumon/idp';
import type { AuthenticatorId } from '@gakumon/terms';

/**
 * A fact as one line of a stored value: its kind, and a JSON array, in which no line ends. The release before this one
 * wrote four parts, and reads over what follows them; those of a password are still all there is.
 */
export function toFactLine({ authenticator, at, address, passwordVersion, id, traits }: AuthenticationFact): string {
  const parts = [authenticator, at, address, passwordVersion];
  return `F${JSON.stringify(id === undefined && traits === undefined ? parts : [...parts, id, traits])}`;
}

/** @throws TypeError when it is no fact */
export function readFact(parts: readonly unknown[]): AuthenticationFact {
  const [authenticator, at, address, passwordVersion, id = null, traits = null] = parts;
  if (typeof authenticator !== 'string' || typeof at !== 'number' || typeof address !== 'string') {
    throw new TypeError('not a fact');
  }
  if (passwordVersion !== null && typeof passwordVersion !== 'string') throw new TypeError('not a password version');
  if (id !== null && typeof id !== 'string') throw new TypeError('not an id of an authenticator');
  if (traits !== null && !Array.isArray(traits)) throw new TypeError('not traits');
  return {
    // A node of the next release may have written one that this release does not know
    authenticator: authenticator as AuthenticationFact['authenticator'],
    at,
    address,
    passwordVersion: passwordVersion ?? undefined,
    ...(id === null ? {} : { id: id as AuthenticatorId }),
    ...(traits === null ? {} : { traits: traits as NonNullable<AuthenticationFact['traits']> }),
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
