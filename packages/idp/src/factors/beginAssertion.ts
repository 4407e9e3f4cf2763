import { makeAuthenticationOptions, type WebauthnAuthenticator } from '@gakumon/mfa';
import { GakumonError, type Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
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

/**
 * Asks for a passkey. Stores nothing.
 * @param use `first`: whoever it is, in place of name and password. `second`: one of the person who has begun this login,
 *   or whose session this is
 * @param mustVerifyUser whether a second one has to check a PIN or a finger too; a first one always has to
 * @throws GakumonError of `second`: `session-gone`, `login-revoked`, `authenticator-not-found` when the person has none,
 *   `store-unavailable`
 */
export async function beginAssertion(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  use: 'first' | 'second',
  mustVerifyUser: boolean = use === 'first',
): Promise<KeyQuestion> {
  const person = use === 'first' ? undefined : await requirePerson(idp, attempt, visitor);
  const passkeys = person && (await requirePasskeys(idp, person));
  const mustVerify = mustVerifyUser || use === 'first';
  const { challenge: value, options } = makeAuthenticationOptions(
    idp.relyingParty,
    passkeys,
    mustVerify ? 'required' : 'preferred',
  );
  const challenge: Challenge = {
    value,
    use,
    browser: visitor.browser,
    attempt: attempt.id,
    username: person?.username,
    mustVerifyUser: mustVerify,
    askedAt: idp.clock(),
  };
  return { options, challenge: sealChallenge(idp, challenge) };
}

async function requirePasskeys(idp: Idp, person: Person): Promise<readonly WebauthnAuthenticator[]> {
  const passkeys = (await listAuthenticators(idp, person)).filter((one) => one.kind === 'webauthn');
  if (passkeys.length === 0) throw new GakumonError('authenticator-not-found');
  return passkeys;
}
