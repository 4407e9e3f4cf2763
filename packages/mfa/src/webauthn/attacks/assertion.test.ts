import { type PretendLies, pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { makeAuthenticationOptions } from '../makeAuthenticationOptions.ts';
import { verifyAuthentication } from '../verifyAuthentication.ts';
import { assert, enrolled, here, owner, party, refusalOf } from './passkeys.ts';

describe('phishing', () => {
  test('a page of another origin passes our question on', async () => {
    const { device, authenticator } = await enrolled();
    const lies = { origin: 'https://idp.example.ac.jp.evil.example' };
    expect(await refusalOf(assert(device, authenticator, { ...here, lies }))).toContain('another origin');
  });

  test.each([
    ['another port', 'https://idp.example.ac.jp:8443'],
    ['no TLS', 'http://idp.example.ac.jp'],
    ['a host below ours', 'https://sub.idp.example.ac.jp'],
    ['a slash too many', 'https://idp.example.ac.jp/'],
    ['capitals', 'https://IDP.example.ac.jp'],
    ['no origin', ''],
  ])('an origin that is nearly ours: %s', async (_, origin) => {
    const { device, authenticator } = await enrolled();
    expect(await refusalOf(assert(device, authenticator, { ...here, lies: { origin } }))).toContain('another origin');
  });

  test('a credential of another site is used', async () => {
    const { device, authenticator } = await enrolled();
    const lies = { rpId: 'evil.example' };
    expect(await refusalOf(assert(device, authenticator, { ...here, lies }))).toContain('Unexpected RP ID');
  });

  test.each([
    [{ crossOrigin: true }],
    [{ crossOrigin: true, topOrigin: 'https://evil.example' }],
    [{ topOrigin: party.origin }],
    [{ crossOrigin: 'yes' as unknown as boolean }],
  ])('our page is framed by another site: %j', async (lies: PretendLies) => {
    const { device, authenticator } = await enrolled();
    expect(await refusalOf(assert(device, authenticator, { ...here, lies }))).toContain('framed');
  });
});

describe('replay', () => {
  test('an answer to an earlier question is sent again', async () => {
    const { device, authenticator } = await enrolled();
    const earlier = makeAuthenticationOptions(party, [authenticator], 'preferred');
    const seen = device.get(earlier.options, here);
    const { challenge } = makeAuthenticationOptions(party, [authenticator], 'preferred');
    const question = {
      response: seen,
      expectedChallenge: challenge,
      party,
      authenticator,
      requireUserVerification: false,
    };
    expect(await refusalOf(verifyAuthentication(question))).toContain('another challenge');
  });

  test('there never was a question', async () => {
    const { device, authenticator } = await enrolled();
    const { options } = makeAuthenticationOptions(party, [authenticator], 'preferred');
    const response = device.get(options, { ...here, lies: { challenge: '' } });
    const question = { response, expectedChallenge: '', party, authenticator, requireUserVerification: false };
    expect(await refusalOf(verifyAuthentication(question))).toContain('another challenge');
  });

  test('what was signed when the passkey was made is sent as a login', async () => {
    const { device, authenticator } = await enrolled();
    const lies = { type: 'webauthn.create' };
    expect(await refusalOf(assert(device, authenticator, { ...here, lies }))).toContain('the type is not webauthn.get');
  });
});

describe('forgery', () => {
  test('another key signs', async () => {
    const { device, authenticator } = await enrolled();
    const refusal = await refusalOf(assert(device, authenticator, { ...here, lies: { anotherKey: true } }));
    expect(refusal).toBe('passkey-wrong: the signature is not of this key');
  });

  test.each([
    ['another tag', 0, 0x31],
    ['another length', 1, 0],
  ])('a signature that was seen is spelt anew: %s', async (_, at, octet) => {
    const { device, authenticator } = await enrolled();
    const { options, challenge } = makeAuthenticationOptions(party, [authenticator], 'preferred');
    const answer = JSON.parse(device.get(options, here));
    const signature = Buffer.from(answer.response.signature, 'base64url');
    signature.writeUInt8(octet, at);
    answer.response.signature = signature.toString('base64url');
    const response = JSON.stringify(answer);
    const question = { response, expectedChallenge: challenge, party, authenticator, requireUserVerification: false };
    expect(await refusalOf(verifyAuthentication(question))).toContain('the signature is not DER');
  });

  test('flags are set after signing', async () => {
    const { device, authenticator } = await enrolled();
    const { options, challenge } = makeAuthenticationOptions(party, [authenticator], 'required');
    const answer = JSON.parse(device.get(options, { ...here, userVerified: false }));
    const data = Buffer.from(answer.response.authenticatorData, 'base64url');
    data.writeUInt8(data.readUInt8(32) | 0x04, 32);
    answer.response.authenticatorData = data.toString('base64url');
    const response = JSON.stringify(answer);
    const question = { response, expectedChallenge: challenge, party, authenticator, requireUserVerification: true };
    expect(await refusalOf(verifyAuthentication(question))).toContain('the signature is not of this key');
  });

  test('somebody else’s passkey answers under the name of this one', async () => {
    const { authenticator } = await enrolled();
    const other = await enrolled();
    const lies = { credentialId: authenticator.credentialId };
    const use = { ...here, credentialId: other.authenticator.credentialId, lies };
    expect(await refusalOf(assert(other.device, authenticator, use))).toContain('the signature is not of this key');
  });

  test('somebody else’s passkey answers under its own name', async () => {
    const { authenticator } = await enrolled();
    const other = await enrolled();
    const use = { ...here, credentialId: other.authenticator.credentialId };
    expect(await refusalOf(assert(other.device, authenticator, use))).toContain('another passkey');
  });

  test('the user handle is of another person', async () => {
    const { device, authenticator } = await enrolled();
    const lies = { userHandle: Buffer.alloc(32, 7).toString('base64url') };
    expect(lies.userHandle).not.toBe(owner.userHandle);
    expect(await refusalOf(assert(device, authenticator, { ...here, lies }))).toContain('another person');
  });
});

describe('malware without a person', () => {
  test('nobody touched the key', async () => {
    const { device, authenticator } = await enrolled();
    const refusal = await refusalOf(assert(device, authenticator, { ...here, lies: { userPresent: false } }));
    expect(refusal).toContain('User not present');
  });
});

describe('a stolen security key', () => {
  test('the thief does not know the PIN', async () => {
    const { device, authenticator } = await enrolled();
    const use = { ...here, userVerified: false };
    expect(await refusalOf(assert(device, authenticator, use, 'required'))).toBe(
      'passkey-unverified: flag UV is not set',
    );
  });

  test('it had no PIN, and the thief gives it one', async () => {
    const { device, authenticator } = await enrolled(pretendAuthenticator(), { ...here, userVerified: false });
    expect(authenticator.canVerifyUser).toBe(false);
    const use = { ...here, userVerified: true };
    expect(await refusalOf(assert(device, authenticator, use, 'required'))).toContain('passkey-unverified');
    expect(await assert(device, authenticator, use)).toMatchObject({ traits: [] });
  });
});

describe('a copied key', () => {
  test.each([1, 5, 0])('the counter goes back to %i', async (counter) => {
    const { device, authenticator } = await enrolled();
    const used = { ...authenticator, counter: 5 };
    const refusal = await refusalOf(assert(device, used, { ...here, lies: { counter } }));
    expect(refusal).toBe(`passkey-wrong: the counter went back from 5 to ${counter}: there may be a copy of the key`);
  });

  test('a counter that somebody else’s key made up raises no such alarm', async () => {
    const { device, authenticator } = await enrolled();
    const lies = { counter: 1, anotherKey: true };
    const refusal = await refusalOf(assert(device, { ...authenticator, counter: 5 }, { ...here, lies }));
    expect(refusal).toContain('the signature is not of this key');
  });

  test.each([true, false])('a key that may be copied passes for one that may not (%p)', async (backupEligible) => {
    const { device, authenticator } = await enrolled(pretendAuthenticator({ backupEligible: !backupEligible }));
    const refusal = await refusalOf(assert(device, authenticator, { ...here, lies: { backupEligible } }));
    expect(refusal).toContain('backup eligibility');
  });

  test('it is backed up, and says that it can’t be', async () => {
    const { device, authenticator } = await enrolled();
    expect(await refusalOf(assert(device, authenticator, { ...here, backedUp: true }))).toContain('passkey-wrong');
  });
});
