import { pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import { anyModel, assert, enrol, enrolled, here, now, owner, party } from './attacks/passkeys.ts';
import { makeAuthenticationOptions } from './makeAuthenticationOptions.ts';
import { makeRegistrationOptions } from './makeRegistrationOptions.ts';
import { parseAssertionId } from './verifyAuthentication.ts';

describe('a passkey is made', () => {
  test('and what is to be remembered of it comes back', async () => {
    const device = pretendAuthenticator({ transports: ['usb', 'nfc'] });
    const passkey = await enrol(device);
    expect(passkey).toEqual({
      kind: 'webauthn',
      id: expect.stringMatching(/^\w[\w-]{21}$/),
      createdAt: now,
      credentialId: device.credentials[0]?.id,
      publicKey: device.credentials[0]?.key.publicKey.toString('base64url'),
      counter: 1,
      transports: ['usb', 'nfc'],
      aaguid: '00000000-0000-0000-0000-000000000000',
      isBackupEligible: false,
      isBackedUp: false,
      canVerifyUser: true,
    });
  });

  test('under an id that no command takes for an option', async () => {
    const device = pretendAuthenticator();
    const made = await Promise.all(Array.from({ length: 300 }, () => enrol(device)));
    expect(made.filter(({ id }) => id.startsWith('-'))).toEqual([]);
    expect(new Set(made.map(({ id }) => id)).size).toBe(300);
  });

  test.each(['ES256', 'EdDSA', 'RS256'] as const)('with a key for %s, and logs in with it', async (algorithm) => {
    const { device, authenticator } = await enrolled(pretendAuthenticator({ algorithm }));
    expect(await assert(device, authenticator)).toMatchObject({ counter: 2 });
  });

  test('by any device, the person being verified where it can', () => {
    const { options, challenge } = makeRegistrationOptions(party, owner, [], anyModel);
    expect(JSON.parse(options)).toMatchObject({
      challenge,
      rp: { id: party.id, name: party.name },
      user: { id: owner.userHandle, name: owner.username, displayName: owner.displayName },
      authenticatorSelection: { residentKey: 'preferred', userVerification: 'preferred' },
      attestation: 'none',
      hints: [],
    });
    expect(JSON.parse(options).authenticatorSelection).not.toHaveProperty('authenticatorAttachment');
    expect(Buffer.from(challenge, 'base64url')).toHaveLength(32);
  });

  test.each([
    ['client-device', 'platform'],
    ['security-key', 'cross-platform'],
    ['hybrid', 'cross-platform'],
  ] as const)('the %s first when the person chose it', (hint, attachment) => {
    const { options } = makeRegistrationOptions(party, owner, [], anyModel, hint);
    expect(JSON.parse(options)).toMatchObject({
      hints: [hint],
      authenticatorSelection: { authenticatorAttachment: attachment },
    });
  });

  test('once for each device', async () => {
    const { device, authenticator } = await enrolled();
    const { options } = makeRegistrationOptions(party, owner, [authenticator], anyModel);
    expect(() => device.create(options, here)).toThrow('excluded');
  });

  test('what the device says of itself is kept when it makes sense', async () => {
    const odd = ['usb', 'usb', 'smart-card', 'x'.repeat(99), '<b>', 7] as string[];
    expect((await enrol(pretendAuthenticator({ transports: odd }))).transports).toEqual(['usb', 'smart-card']);
  });
});

describe('a passkey is used', () => {
  test('and says whether the person was verified', async () => {
    const { device, authenticator } = await enrolled();
    expect(await assert(device, authenticator, here, 'required')).toEqual({
      traits: ['user-verified'],
      counter: 2,
      isBackedUp: false,
    });
    expect(await assert(device, authenticator, { ...here, userVerified: false })).toMatchObject({ traits: [] });
  });

  test('and says when a vendor keeps a copy by now', async () => {
    const { device, authenticator } = await enrolled(pretendAuthenticator({ backupEligible: true, counts: false }));
    expect(await assert(device, authenticator)).toEqual({ traits: ['user-verified'], counter: 0, isBackedUp: false });
    expect(await assert(device, authenticator, { ...here, backedUp: true })).toEqual({
      traits: ['user-verified', 'synced'],
      counter: 0,
      isBackedUp: true,
    });
  });

  test('by somebody who is not known yet', async () => {
    const { device, authenticator } = await enrolled();
    const { options } = makeAuthenticationOptions(party, undefined, 'required');
    expect(JSON.parse(options)).toMatchObject({ rpId: party.id, userVerification: 'required', allowCredentials: [] });
    expect(parseAssertionId(device.get(options, here))).toEqual({
      credentialId: authenticator.credentialId,
      userHandle: owner.userHandle,
    });
  });
});
