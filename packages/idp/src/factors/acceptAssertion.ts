import {
  parseAssertionId,
  type VerifiedAssertion,
  verifyAuthentication,
  type WebauthnAuthenticator,
} from '@gakumon/mfa';
import { GakumonError, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { findPerson } from '../login/findPerson.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { type Challenge, consumeChallenge, openChallenge } from './challenge.ts';
import { keepFact } from './keepFact.ts';
import { noteAssertion } from './noteUse.ts';
import { requirePerson } from './requirePerson.ts';

/** What comes back from a page that asked a security key. */
export type KeyAnswer = {
  /** As it was given to the page. */
  readonly challenge: string;
  /** Untrusted: the JSON of the browser. */
  readonly response: string;
};

/**
 * Checks the answer of a passkey, and keeps the proof in the pending login. As second factor it has to be one of the person
 * who has begun this login, or whose session this is; in place of name and password it tells itself whose it is.
 * @throws GakumonError `passkey-stale` when the question is too old, or was answered before; `passkey-unknown` when nobody
 *   here has it, also when it was removed meanwhile, and when a second factor is somebody else's; `passkey-unverified`;
 *   `passkey-wrong` for everything else; `account-disabled`, told only to who has the passkey; `session-gone`,
 *   `login-revoked` of a second factor; `store-unavailable`
 */
export async function acceptAssertion(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  { challenge: sealed, response }: KeyAnswer,
): Promise<void> {
  const challenge = openChallenge(idp, sealed, { uses: ['first', 'second'], attempt, visitor });
  const username = await (challenge.use === 'first'
    ? findOwnerOf(idp, response)
    : requireAsked(idp, attempt, visitor, challenge));
  const { authenticator, verified } = await verifyAnswer(idp, username, challenge, response);
  await requireEnabled(idp, username);
  // Only now is anything written: whoever proved nothing leaves nothing behind (law 4)
  await consumeChallenge(idp, challenge);
  const { counter, isBackedUp, traits } = verified;
  await noteAssertion(idp, username, authenticator.id, { counter, isBackedUp, address: visitor.address });
  await keepFact(idp, attempt, visitor, { username, authenticator, traits });
}

async function findOwnerOf(idp: Idp, response: string): Promise<Username> {
  const owner = await idp.authenticators.ownerOfCredential(parseAssertionId(response).credentialId);
  if (owner === undefined) throw new GakumonError('passkey-unknown');
  return owner;
}

/** Somebody else may have begun to log in since it was asked. */
async function requireAsked(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  challenge: Challenge,
): Promise<Username> {
  const { username } = await requirePerson(idp, attempt, visitor);
  if (username !== challenge.username) {
    throw new GakumonError('passkey-wrong', { detail: 'the challenge was put to somebody else' });
  }
  return username;
}

async function verifyAnswer(
  idp: Idp,
  username: Username,
  challenge: Challenge,
  response: string,
): Promise<{ readonly authenticator: WebauthnAuthenticator; readonly verified: VerifiedAssertion }> {
  const { credentialId, userHandle: told } = parseAssertionId(response);
  const { authenticators, userHandle } = await idp.authenticators.find(username);
  const authenticator = authenticators.find((one) => one.kind === 'webauthn' && one.credentialId === credentialId);
  if (authenticator?.kind !== 'webauthn') throw new GakumonError('passkey-unknown');
  // WebAuthn 7.2 step 6: where nobody was known before, the key has to say whose it is
  if (challenge.use === 'first' && (told === undefined || told !== userHandle)) {
    throw new GakumonError('passkey-wrong', { detail: 'the user handle is not that of the owner' });
  }
  const verified = await verifyAuthentication({
    response,
    expectedChallenge: challenge.value,
    party: idp.relyingParty,
    authenticator,
    userHandle,
    requireUserVerification: challenge.mustVerifyUser,
  });
  return { authenticator, verified };
}

async function requireEnabled(idp: Idp, username: Username): Promise<void> {
  const person = await findPerson(idp, username);
  if (person === undefined) throw new GakumonError('passkey-unknown', { detail: 'no directory knows its owner' });
  if (person.isDisabled) throw new GakumonError('account-disabled');
}
