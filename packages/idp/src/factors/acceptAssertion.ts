import {
  parseAssertionId,
  type VerifiedAssertion,
  verifyAuthentication,
  type WebauthnAuthenticator,
} from '@gakumon/mfa';
import { type ErrorCode, endsSessions, GakumonError, isGakumonError, type Person, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { findPerson } from '../login/findPerson.ts';
import { refuseClosed } from '../login/refuseClosed.ts';
import { delayFailure } from '../login/throttle.ts';
import { ofPerson } from '../session/ofPerson.ts';
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

type Judged = {
  readonly username: Username;
  readonly authenticator: WebauthnAuthenticator;
  readonly verified: VerifiedAssertion;
};

/**
 * Checks the answer of a passkey, and keeps the proof in the pending login. As second factor it has to be one of the person
 * who has begun this login, or whose session this is; in place of name and password it tells itself whose it is.
 * @throws GakumonError `passkey-stale` when the question is too old, or was answered before; `passkey-unknown` when nobody
 *   here has it, also when it was removed meanwhile, when a second factor is somebody else's, and when its owner was of
 *   another directory than whoever has their name now; `passkey-unverified`;
 *   `passkey-wrong` for everything else; `account-disabled`, told only to who has the passkey; `session-gone`,
 *   `login-revoked` of a second factor; `store-unavailable`
 */
export async function acceptAssertion(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  { challenge: sealed, response }: KeyAnswer,
): Promise<void> {
  const expected = { uses: ['first', 'second'], attempt, visitor } as const;
  const challenge = await delayRefusal(idp, visitor, async () => openChallenge(idp, sealed, expected));
  const { username, authenticator, verified } = await (challenge.use === 'first'
    ? delayRefusal(idp, visitor, () => verifyFirst(idp, challenge, response))
    : verifySecond(idp, attempt, visitor, { challenge, response }));
  const person = await requireOwner(idp, username, authenticator);
  // Only now is anything written: whoever proved nothing leaves nothing behind (law 4)
  await consumeChallenge(idp, challenge);
  const { counter, isBackedUp, traits } = verified;
  await noteAssertion(idp, person, authenticator.id, { counter, isBackedUp, address: visitor.address });
  await keepFact(idp, attempt, visitor, { person, authenticator, traits });
}

const refusals: ReadonlySet<ErrorCode> = new Set([
  'passkey-stale',
  'passkey-unknown',
  'passkey-unverified',
  'passkey-wrong',
]);

/**
 * Where nobody is known yet, strangers can send answers by thousands: like their wrong passwords they are counted by the
 * address, and delayed (law 11). Only the refusals: nobody learns anything by how fast a good answer is taken.
 */
function delayRefusal<T>(idp: Idp, { address }: Visitor, judge: () => Promise<T>): Promise<T> {
  return judge().catch(async (error) => {
    if (isGakumonError(error) && refusals.has(error.code)) await delayFailure(idp, address);
    throw error;
  });
}

async function verifyFirst(idp: Idp, challenge: Challenge, response: string): Promise<Judged> {
  const owner = await idp.authenticators.ownerOfCredential(parseAssertionId(response).credentialId);
  if (owner === undefined) throw new GakumonError('passkey-unknown');
  return verifyAnswer(idp, owner, challenge, response);
}

async function verifySecond(
  idp: Idp,
  attempt: Pick<SsoAttempt, 'id'>,
  visitor: Visitor,
  { challenge, response }: { readonly challenge: Challenge; readonly response: string },
): Promise<Judged> {
  return verifyAnswer(idp, await requireAsked(idp, attempt, visitor, challenge), challenge, response);
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

async function verifyAnswer(idp: Idp, username: Username, challenge: Challenge, response: string): Promise<Judged> {
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
  return { username, authenticator, verified };
}

/** The person whose it is, as the directory knows them now. A login name alone says too little: it may be another one's since. */
async function requireOwner(idp: Idp, username: Username, authenticator: WebauthnAuthenticator): Promise<Person> {
  const person = await findPerson(idp, username);
  if (person === undefined) throw new GakumonError('passkey-unknown', { detail: 'no directory knows its owner' });
  if (ofPerson([authenticator], person, idp.directories()).length === 0) {
    const detail = `its owner was ${username} of ${authenticator.directory}, who is of ${person.directory} now`;
    throw new GakumonError('passkey-unknown', { detail });
  }
  if (endsSessions(person.account.closed)) refuseClosed(person.account.closed);
  return person;
}
