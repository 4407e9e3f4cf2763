import type { AuthenticationFact } from '@gakumon/idp';
import type { AuthenticatorId } from '@gakumon/terms';
import { isSoundPasswordState } from '../changes/sound.ts';

/**
 * A fact as one line of a stored value: its kind, and a JSON array, in which no line ends. The releases before this one
 * wrote four parts, or six, and read over what follows them; those of a password that needs nothing are still all there is.
 */
export function toFactLine(fact: AuthenticationFact): string {
  const { authenticator, at, address, passwordVersion, id, traits, passwordState } = fact;
  const parts = [authenticator, at, address, passwordVersion];
  const details = [id, traits, passwordState];
  const known = details.findLastIndex((detail) => detail !== undefined) + 1;
  return `F${JSON.stringify([...parts, ...details.slice(0, known === 1 ? 2 : known)])}`;
}

/** @throws TypeError when it is no fact */
export function readFact(parts: readonly unknown[]): AuthenticationFact {
  const [authenticator, at, address, passwordVersion, id = null, traits = null, state = null] = parts;
  if (typeof authenticator !== 'string' || typeof at !== 'number' || typeof address !== 'string') {
    throw new TypeError('not a fact');
  }
  if (passwordVersion !== null && typeof passwordVersion !== 'string') throw new TypeError('not a password version');
  if (id !== null && typeof id !== 'string') throw new TypeError('not an id of an authenticator');
  if (traits !== null && !Array.isArray(traits)) throw new TypeError('not traits');
  if (state !== null && !isSoundPasswordState(state)) throw new TypeError('not the state of a password');
  return {
    // A node of the next release may have written one that this release does not know
    authenticator: authenticator as AuthenticationFact['authenticator'],
    at,
    address,
    passwordVersion: passwordVersion ?? undefined,
    ...(id === null ? {} : { id: id as AuthenticatorId }),
    ...(traits === null ? {} : { traits: traits as NonNullable<AuthenticationFact['traits']> }),
    ...(state === null ? {} : { passwordState: state as NonNullable<AuthenticationFact['passwordState']> }),
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
