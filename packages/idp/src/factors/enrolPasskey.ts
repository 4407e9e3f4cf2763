import {
  type AuthenticatorHint,
  makeRegistrationOptions,
  newUserHandle,
  type ShownAuthenticator,
  verifyRegistration,
} from '@gakumon/mfa';
import { GakumonError } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { KeyAnswer } from './acceptAssertion.ts';
import type { KeyQuestion } from './beginAssertion.ts';
import { consumeChallenge, openChallenge, sealChallenge } from './challenge.ts';
import { addAuthenticator, giveTime, type Naming, requireRoom } from './enrolment.ts';
import { showAuthenticator } from './listAuthenticators.ts';
import { type AuthenticatorOwner, prepareEnrolmentCheck } from './owner.ts';
import { ownRecord, type RecordOwner } from './ownRecord.ts';

/**
 * Begins to enrol a passkey or security key: asks the browser to make one. Those that the person has are not made again. A
 * login that this is in gets the time for it.
 * @param hint what the person chose: this device, a security key, a telephone
 * @throws GakumonError `enrolment-not-allowed` (law 7), `authenticator-limit`, `store-unavailable`
 */
export async function beginPasskey(
  idp: Idp,
  owner: AuthenticatorOwner,
  hint?: AuthenticatorHint,
): Promise<KeyQuestion> {
  const { username, attributes } = owner.person;
  const requireAllowed = await prepareEnrolmentCheck(idp, owner, 'webauthn');
  const record = await ownRecord(idp, owner.person).find();
  requireAllowed(record);
  requireRoom(record);
  const userHandle = record.userHandle ?? (await giveUserHandle(idp, owner.person));
  const person = { username, displayName: attributes.displayName?.[0] ?? username, userHandle };
  const made = makeRegistrationOptions(idp.relyingParty, person, record.authenticators, idp.policy().webauthn, hint);
  await giveTime(idp, owner);
  const challenge = sealChallenge(idp, {
    value: made.challenge,
    use: 'enrol',
    browser: owner.browser,
    attempt: owner.attempt?.id,
    username,
    mustVerifyUser: false,
    askedAt: idp.clock(),
  });
  return { options: made.options, challenge };
}

/**
 * Completes an enrolment by what the browser made. In a login it is proved by that at once.
 * @throws GakumonError `enrolment-not-allowed`; `passkey-stale`; `passkey-wrong`, also for a credential that somebody has
 *   already (WebAuthn 7.1 step 26); `passkey-model` when the policy does not name its model; `authenticator-limit`; `store-unavailable`
 */
export async function confirmPasskey(
  idp: Idp,
  owner: AuthenticatorOwner,
  { challenge: sealed, response, ...naming }: Naming & KeyAnswer,
): Promise<ShownAuthenticator> {
  const { username } = owner.person;
  const challenge = openChallenge(idp, sealed, { uses: ['enrol'], attempt: owner.attempt, visitor: owner });
  if (challenge.username !== username) throw wrong('the challenge was put to somebody else');
  const requireAllowed = await prepareEnrolmentCheck(idp, owner, 'webauthn');
  const now = idp.clock();
  requireAllowed(await ownRecord(idp, owner.person).find(), challenge.askedAt);
  const { webauthn: policy } = idp.policy();
  const party = idp.relyingParty;
  const made = await verifyRegistration({ response, expectedChallenge: challenge.value, party, policy, now });
  await consumeChallenge(idp, challenge);
  const lastUsed = { at: now, address: owner.address };
  const added = await addAuthenticator(idp, owner, naming, (record) => {
    requireAllowed(record, challenge.askedAt);
    if (record.authenticators.some((one) => one.kind === 'webauthn' && one.credentialId === made.credentialId)) {
      throw wrong('the person has this credential already');
    }
    return { made: { ...made, lastUsed }, rest: record };
  });
  return showAuthenticator(added);
}

/** Written before the first passkey is made: two that are made at once belong to one person. */
async function giveUserHandle(idp: Pick<Idp, 'authenticators' | 'directories'>, owner: RecordOwner): Promise<string> {
  const fresh = newUserHandle();
  const { userHandle } = await ownRecord(idp, owner).change((record) => ({
    ...record,
    userHandle: record.userHandle ?? fresh,
  }));
  return userHandle ?? fresh;
}

const wrong = (detail: string): GakumonError => new GakumonError('passkey-wrong', { detail });
