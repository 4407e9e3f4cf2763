import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { isGakumonError } from '@gakumon/terms';
import { type PretendAuthenticator, type PretendUse, pretendAuthenticator } from '@gakumon/testkit';
import type { WebauthnAuthenticator } from '../../authenticator.ts';
import type { StepUpPolicy } from '../../policy/policy.ts';
import { newUserHandle } from '../ceremony.ts';
import { makeAuthenticationOptions } from '../makeAuthenticationOptions.ts';
import { makeRegistrationOptions } from '../makeRegistrationOptions.ts';
import { type VerifiedAssertion, verifyAuthentication } from '../verifyAuthentication.ts';
import { type EnrolledPasskey, verifyRegistration } from '../verifyRegistration.ts';

/** What the tests of passkeys share: one university, one student, and both ceremonies from one end to the other. */
export const party = { id: 'idp.example.ac.jp', origin: 'https://idp.example.ac.jp', name: '学門大学' };
export const owner = { username: 's1234567', displayName: '門 学', userHandle: newUserHandle() };
export const anyModel: StepUpPolicy['webauthn'] = { attestation: 'none', aaguids: undefined };
export const now = Date.parse('2024-04-08T09:00:00Z');
export const here: PretendUse = { origin: party.origin };

/** Makes a passkey on a device and enrols it. */
export async function enrol(
  device: PretendAuthenticator = pretendAuthenticator(),
  use: PretendUse = here,
  policy = anyModel,
): Promise<EnrolledPasskey> {
  const { options, challenge } = makeRegistrationOptions(party, owner, [], policy);
  return verifyRegistration({
    response: device.create(options, use),
    expectedChallenge: challenge,
    party,
    policy,
    now,
  });
}

/** Makes a device with one passkey, enrolled in honesty. */
export async function enrolled(
  device: PretendAuthenticator = pretendAuthenticator(),
  use: PretendUse = here,
): Promise<{ readonly device: PretendAuthenticator; readonly authenticator: WebauthnAuthenticator }> {
  const passkey = await enrol(device, use);
  return { device, authenticator: { ...passkey, name: 'a key', lastUsed: undefined } };
}

/** Logs in with a passkey of a device. */
export function assert(
  device: PretendAuthenticator,
  authenticator: WebauthnAuthenticator,
  use: PretendUse = here,
  asked: 'required' | 'preferred' = 'preferred',
): Promise<VerifiedAssertion> {
  const { options, challenge } = makeAuthenticationOptions(party, [authenticator], asked);
  return verifyAuthentication({
    response: device.get(options, use),
    expectedChallenge: challenge,
    party,
    authenticator,
    userHandle: owner.userHandle,
    requireUserVerification: asked === 'required',
  });
}

/** How something was refused, for a test to look at: code and detail. */
export async function refusalOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (isGakumonError(error)) return error.message;
    throw error;
  }
  return 'accepted';
}

/** The attestation key of a maker, its certificate, and the root that vouches for it. The certificate names {@link model}. */
export function attestationOf(who: 'maker' | 'forger') {
  const pem = (name: string) => readFileSync(join(import.meta.dirname, 'fixtures', name), 'utf8');
  const certificate = new X509Certificate(pem(`${who}.certificate.pem`));
  return {
    key: createPrivateKey(pem(`${who}.key.pem`)),
    certificates: [certificate.raw],
    root: pem(`${who}-root.certificate.pem`),
  };
}

export const model = '2fc0579f-8113-47ea-b116-bb5a8db9202a';
