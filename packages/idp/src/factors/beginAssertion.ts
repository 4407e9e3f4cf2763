import {
  type Authenticator,
  makeAuthenticationOptions,
  type ShownAuthenticator,
  type WebauthnAuthenticator,
} from '@gakumon/mfa';
import { GakumonError, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt, StepUp, Visitor } from '../types.ts';
import { type Challenge, sealChallenge } from './challenge.ts';
import { listAuthenticators } from './listAuthenticators.ts';
import { requirePerson } from './requirePerson.ts';

/** What a page needs to ask a security key something. */
export type KeyQuestion = {
  /** JSON for the browser (`parseRequestOptionsFromJSON`, `parseCreationOptionsFromJSON`). */
  readonly options: string;
  /** Sealed; comes back with the answer. */
  readonly challenge: string;
};

/** What a second factor has to be: one of these, and whether it has to check a PIN or a finger. A step asks for it. */
export type KeyDemand = Pick<StepUp, 'mustVerifyUser'> & {
  readonly options: readonly Pick<ShownAuthenticator, 'id'>[];
};

/**
 * Asks for a passkey. Stores nothing.
 * @param use `first`: whoever it is, in place of name and password, so that it has to check a PIN or a finger. `second`:
 *   one of the person who has begun this login, or whose session this is
 * @param demand of a second one; undefined: any passkey of the person will do
 * @throws GakumonError of `second`: `session-gone`, `login-revoked`, `authenticator-not-found` when the person has none
 *   that will do, `store-unavailable`
 */
export async function beginAssertion(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  use: 'first' | 'second',
  demand?: KeyDemand,
): Promise<KeyQuestion> {
  const person = use === 'first' ? undefined : await requirePerson(idp, attempt, visitor);
  const passkeys = person && (await requirePasskeys(idp, person, demand));
  const mustVerifyUser = use === 'first' || (demand?.mustVerifyUser ?? false);
  const { challenge: value, options } = makeAuthenticationOptions(
    idp.relyingParty,
    passkeys,
    mustVerifyUser ? 'required' : 'preferred',
  );
  const challenge: Challenge = {
    value,
    use,
    browser: visitor.browser,
    attempt: attempt.id,
    username: person?.username,
    mustVerifyUser,
    askedAt: idp.clock(),
  };
  return { options, challenge: sealChallenge(idp, challenge) };
}

async function requirePasskeys(
  idp: Idp,
  person: Person,
  demand: KeyDemand | undefined,
): Promise<readonly WebauthnAuthenticator[]> {
  const isFit = (one: Authenticator): boolean => demand?.options.some(({ id }) => id === one.id) ?? true;
  const passkeys = (await listAuthenticators(idp, person)).filter((one) => one.kind === 'webauthn').filter(isFit);
  if (passkeys.length === 0) throw new GakumonError('authenticator-not-found');
  return passkeys;
}
