import type { AuthenticationFact } from '@gakumon/idp';
import type { AuthenticatorId } from '@gakumon/terms';
import { isSoundPasswordState } from '../changes/sound.ts';

/**
 * A fact as one line of a stored value: its kind, and a JSON array, in which no line ends. The releases before this one
 * wrote four parts, or six, and read over what follows them; what is known besides is put at the end.
 */
export function toFactLine(fact: AuthenticationFact): string {
  const { authenticator, at, address, passwordVersion, id, traits, passwordState, directory } = fact;
  const parts = [authenticator, at, address, passwordVersion];
  const details = [id, traits, passwordState, directory];
  const known = details.findLastIndex((detail) => detail !== undefined) + 1;
  return `F${JSON.stringify([...parts, ...details.slice(0, known === 1 ? 2 : known)])}`;
}

/** @throws TypeError when it is no fact */
export function readFact(parts: readonly unknown[]): AuthenticationFact {
  const [authenticator, at, address, passwordVersion, id = null, traits = null, ...later] = parts;
  const [state = null, directory = null] = later;
  if (typeof authenticator !== 'string' || typeof at !== 'number' || typeof address !== 'string') {
    throw new TypeError('not a fact');
  }
  if (passwordVersion !== null && typeof passwordVersion !== 'string') throw new TypeError('not a password version');
  if (id !== null && typeof id !== 'string') throw new TypeError('not an id of an authenticator');
  if (traits !== null && !Array.isArray(traits)) throw new TypeError('not traits');
  if (state !== null && !isSoundPasswordState(state)) throw new TypeError('not the state of a password');
  if (directory !== null && typeof directory !== 'string') throw new TypeError('not the name of a directory');
  return {
    // A node of the next release may have written one that this release does not know
    authenticator: authenticator as AuthenticationFact['authenticator'],
    at,
    address,
    passwordVersion: passwordVersion ?? undefined,
    ...(id === null ? {} : { id: id as AuthenticatorId }),
    ...(traits === null ? {} : { traits: traits as NonNullable<AuthenticationFact['traits']> }),
    ...(state === null ? {} : { passwordState: state as NonNullable<AuthenticationFact['passwordState']> }),
    ...(directory === null ? {} : { directory }),
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
