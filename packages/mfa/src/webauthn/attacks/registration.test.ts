import { type PretendDevice, type PretendLies, pretendAuthenticator } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import type { StepUpPolicy } from '../../policy/policy.ts';
import { makeRegistrationOptions } from '../makeRegistrationOptions.ts';
import { verifyRegistration } from '../verifyRegistration.ts';
import { anyModel, attestationOf, enrol, here, model, now, owner, party, refusalOf } from './passkeys.ts';

describe('a passkey slipped in', () => {
  test.each<[PretendLies, string]>([
    [{ origin: 'https://evil.example' }, 'another origin'],
    [{ rpId: 'evil.example' }, 'Unexpected RP ID'],
    [{ challenge: 'AAAA' }, 'another challenge'],
    [{ type: 'webauthn.get' }, 'the type is not webauthn.create'],
    [{ crossOrigin: true }, 'framed'],
    [{ topOrigin: 'https://evil.example' }, 'framed'],
    [{ userPresent: false }, 'not present'],
    [{ credentialId: 'AAAA' }, 'another passkey than it says'],
  ])('%j', async (lies, detail) => {
    const refusal = await refusalOf(enrol(pretendAuthenticator(), { ...here, lies }));
    expect(refusal).toContain('passkey-wrong');
    expect(refusal).toContain(detail);
  });

  test('it was made for an earlier question', async () => {
    const earlier = makeRegistrationOptions(party, owner, [], anyModel);
    const { challenge } = makeRegistrationOptions(party, owner, [], anyModel);
    const response = pretendAuthenticator().create(earlier.options, here);
    const question = { response, expectedChallenge: challenge, party, policy: anyModel, now };
    expect(await refusalOf(verifyRegistration(question))).toContain('another challenge');
  });

  test('its key is too weak', async () => {
    const device = pretendAuthenticator({ algorithm: 'RS256', modulusLength: 1024 });
    expect(await refusalOf(enrol(device))).toContain('less than 2048 bits');
  });

  test('its key is so long that each login would cost us dearly', async () => {
    const device = pretendAuthenticator({ algorithm: 'RS256', modulusLength: 5120 });
    expect(await refusalOf(enrol(device))).toContain('too long');
  });
});

describe('a model that it is not', () => {
  const maker = attestationOf('maker');
  const forger = attestationOf('forger');
  const listed: StepUpPolicy['webauthn'] = { attestation: 'direct', aaguids: [model], roots: [maker.root] };
  const genuine: PretendDevice = { aaguid: model, attestation: maker };

  test('the maker vouches for the real one', async () => {
    expect(await enrol(pretendAuthenticator(genuine), here, listed)).toMatchObject({ aaguid: model });
  });

  test('a model that is not on the list', async () => {
    const policy = { ...listed, aaguids: ['ee882879-721c-4913-9775-3dfcce97072a'] };
    expect(await refusalOf(enrol(pretendAuthenticator(genuine), here, policy))).toContain('passkey-model');
  });

  test.each<[string, PretendLies]>([
    ['claims it and proves nothing', { attestation: 'none' }],
    ['vouches for itself', { attestation: 'self' }],
    ['shows certificates that it made itself', { attestation: forger }],
    ['shows the maker’s certificate without its key', { attestation: { ...maker, key: forger.key } }],
    [
      'shows another maker’s name in the same chain',
      { attestation: { ...maker, certificates: [...maker.certificates, ...forger.certificates] } },
    ],
    [
      'shows a chain without an end',
      { attestation: { ...maker, certificates: Array(50).fill(maker.certificates[0]) } },
    ],
    ['shows something that is no certificate', { attestation: { ...maker, certificates: [Buffer.from('x')] } }],
  ])('a program %s', async (_, lies) => {
    const refusal = await refusalOf(enrol(pretendAuthenticator({ aaguid: model }), { ...here, lies }, listed));
    expect(refusal).toMatch(/^passkey-(model|wrong)/);
  });

  test('a real key of the maker names another model of the list', async () => {
    const other = 'ee882879-721c-4913-9775-3dfcce97072a';
    const policy = { ...listed, aaguids: [model, other] };
    const refusal = await refusalOf(enrol(pretendAuthenticator({ ...genuine, aaguid: other }), here, policy));
    expect(refusal).toMatch(/^passkey-wrong/);
  });

  test('nobody is trusted to vouch, so nobody is believed', async () => {
    const policy = { ...listed, roots: undefined };
    expect(await refusalOf(enrol(pretendAuthenticator(genuine), here, policy))).toContain('webauthn.roots');
  });

  test('a list without attestation believes nobody', async () => {
    const policy = { ...listed, attestation: 'none' } as const;
    expect(await refusalOf(enrol(pretendAuthenticator({ aaguid: model }), here, policy))).toContain('proved nothing');
  });

  test('a root that is past its time vouches for nothing', async () => {
    const { options, challenge } = makeRegistrationOptions(party, owner, [], listed);
    const response = pretendAuthenticator(genuine).create(options, here);
    const late = { response, expectedChallenge: challenge, party, policy: listed, now: Date.parse('2120-01-02') };
    expect(await refusalOf(verifyRegistration(late))).toContain('passkey-model');
  });

  test('where no model is asked for, a statement is not even looked at', async () => {
    const lies = { attestation: { ...maker, certificates: [Buffer.from('no certificate')] } };
    expect(await enrol(pretendAuthenticator(), { ...here, lies })).toMatchObject({ canVerifyUser: true });
  });
});
