import { describe, expect, test } from '@jest/globals';
import { encodeCbor } from './cbor.ts';
import { pretendAuthenticator } from './pretendAuthenticator.ts';

/** That what it makes is right, the tests of passkeys in `mfa` tell, and Chromium beside them. */
const origin = 'https://idp.example.ac.jp';
const creation = (excluded: readonly string[] = []) =>
  JSON.stringify({
    rp: { id: 'idp.example.ac.jp' },
    user: { id: 'AAAA' },
    challenge: 'AAAA',
    attestation: 'none',
    excludeCredentials: excluded.map((id) => ({ id })),
    authenticatorSelection: { userVerification: 'preferred' },
  });
const request = (allowed: readonly string[] = [], userVerification = 'preferred') =>
  JSON.stringify({
    rpId: 'idp.example.ac.jp',
    challenge: 'AAAA',
    userVerification,
    allowCredentials: allowed.map((id) => ({ id })),
  });
const named = (name: string) => expect.objectContaining({ name });
function thrownBy(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}

describe('a pretend authenticator refuses what a browser refuses', () => {
  test('a page of another site', () => {
    const device = pretendAuthenticator();
    const use = { origin: 'https://evil.example' };
    expect(thrownBy(() => device.create(creation(), use))).toEqual(named('SecurityError'));
    expect(thrownBy(() => device.get(request(), use))).toEqual(named('SecurityError'));
    expect(device.credentials).toEqual([]);
  });

  test('a credential that is there already, or is not there', () => {
    const device = pretendAuthenticator();
    expect(thrownBy(() => device.get(request(), { origin }))).toEqual(named('NotAllowedError'));
    const { id } = JSON.parse(device.create(creation(), { origin }));
    expect(thrownBy(() => device.create(creation([id]), { origin }))).toEqual(named('InvalidStateError'));
    expect(thrownBy(() => device.get(request(['BBBB']), { origin }))).toEqual(named('NotAllowedError'));
    expect(JSON.parse(device.get(request([id]), { origin }))).toMatchObject({ id, type: 'public-key' });
  });

  test('to verify somebody when it has no means to', () => {
    const device = pretendAuthenticator({ canVerifyUser: false });
    device.create(creation(), { origin });
    expect(thrownBy(() => device.get(request([], 'required'), { origin }))).toEqual(named('NotAllowedError'));
  });
});

describe('CBOR', () => {
  test.each<[Parameters<typeof encodeCbor>[0], string]>([
    [0, '00'],
    [23, '17'],
    [24, '1818'],
    [1000, '1903e8'],
    [1_000_000, '1a000f4240'],
    [-1, '20'],
    [-257, '390100'],
    ['水', '63e6b0b4'],
    [Buffer.from('01020304', 'hex'), '4401020304'],
    [[1, [2, 3]], '8201820203'],
    [
      new Map<number | string, number>([
        [1, 2],
        ['a', 4],
      ]),
      'a20102616104',
    ],
  ])('RFC 8949, Appendix A: %p', (value, hex) => {
    expect(encodeCbor(value).toString('hex')).toBe(hex);
  });
});
