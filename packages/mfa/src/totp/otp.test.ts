import { execFileSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { describeWith } from '@gakumon/testkit';
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { computeOtp, newTotpSecret, otpauthUri, otpStepOf, parseTotpSecret } from './otp.ts';

/** RFC 6238, Appendix B, SHA-1: seconds and the eight-digit code, of which six-digit ones are the end. */
const vectors: readonly (readonly [number, string])[] = [
  [59, '94287082'],
  [1111111109, '07081804'],
  [1111111111, '14050471'],
  [1234567890, '89005924'],
  [2000000000, '69279037'],
  [20000000000, '65353130'],
];
/** `12345678901234567890` */
const vectorSecret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ';

describe('codes', () => {
  test.each(vectors)('RFC 6238 at %i seconds: the end of %s', (time, code) => {
    expect(computeOtp(vectorSecret, otpStepOf(time * 1000))).toBe(code.slice(-6));
  });

  test('bits of a secret that belong to no octet do not matter, as in the apps', () => {
    expect(computeOtp('GEZDGNBVGY3TQOJQGH', 1)).toBe(computeOtp('GEZDGNBVGY3TQOJQGE', 1));
    expect(computeOtp('A'.repeat(256), 1)).toMatch(/^\d{6}$/);
  });

  test('a step begins at its first millisecond and lasts thirty seconds', () => {
    expect([0, 29_999, 30_000, 59_999, 60_000].map(otpStepOf)).toEqual([0, 0, 1, 1, 2]);
  });
});

describeWith(['oathtool'], 'codes, judged by oathtool', () => {
  test('the same for random secrets at random times', () => {
    for (let round = 0; round < 30; round += 1) {
      const secret = newTotpSecret();
      const time = randomInt(0, 4_000_000_000);
      const judged = execFileSync('oathtool', ['--totp', '--base32', `--now=@${time}`, secret], { encoding: 'utf8' });
      expect(computeOtp(secret, otpStepOf(time * 1000))).toBe(judged.trim());
    }
  });

  test('the same for secrets of every length that a card may have', () => {
    for (const length of [16, 24, 26, 32, 52, 56, 64, 103, 128]) {
      const secret = parseTotpSecret('A2B3C4D5E6F7G2HI'.repeat(8).slice(0, length)) ?? '';
      const judged = execFileSync('oathtool', ['--totp', '--base32', '--now=@1700000000', secret], {
        encoding: 'utf8',
      });
      expect(computeOtp(secret, otpStepOf(1_700_000_000_000))).toBe(judged.trim());
    }
  });
});

describe('secrets', () => {
  test('are 160 bits in base32 without padding, and never the same', () => {
    const secrets = Array.from({ length: 100 }, newTotpSecret);
    for (const secret of secrets) expect(secret).toMatch(/^[A-Z2-7]{32}$/);
    expect(new Set(secrets).size).toBe(100);
  });

  test('are read as people write them', () => {
    expect(parseTotpSecret(' gezd gnbv gy3t qojq gezd-gnbv-gy3t-qojq\n')).toBe(vectorSecret);
    expect(parseTotpSecret('ＧＥＺＤＧＮＢＶＧＹ３ＴＱＯＪＱ')).toBe('GEZDGNBVGY3TQOJQ');
    expect(parseTotpSecret('GEZDGNBVGY3TQOJQGE======')).toBe('GEZDGNBVGY3TQOJQGE');
  });

  test('have one spelling: bits that belong to no octet are dropped', () => {
    expect(parseTotpSecret('GEZDGNBVGY3TQOJQGH')).toBe('GEZDGNBVGY3TQOJQGE');
  });

  test.each([
    ['nothing', ''],
    ['less than 80 bits', 'GEZDGNBVGY3TQOJ'],
    ['more than 128 characters', 'A'.repeat(136)],
    ['digits that base32 has not', 'GEZDGNBVGY3TQOJ1'],
    ['a length that no octets have', 'GEZDGNBVGY3TQOJQG'],
    ['padding in the middle', 'GEZDGNBV=GY3TQOJQ'],
    ['letters of another alphabet', 'ΑEZDGNBVGY3TQOJQ'],
    ['endless white space', ' '.repeat(100_000)],
  ])('are refused: %s', (_, typed) => {
    expect(parseTotpSecret(typed)).toBeUndefined();
  });
});

test('whatever is read as a secret has one spelling and makes codes', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abz-= 1\u3000Ａ'),
    maxLength: 140,
  });
  fc.assert(
    fc.property(fc.oneof(fc.string(), letters), (typed) => {
      const secret = parseTotpSecret(typed);
      if (secret === undefined) return;
      expect(parseTotpSecret(secret)).toBe(secret);
      expect(computeOtp(secret, 1)).toMatch(/^\d{6}$/);
    }),
    { numRuns: 2000 },
  );
});

describe('otpauth URIs', () => {
  test('any names give a URI that an app reads back', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (issuer, account) => {
        const uri = new URL(otpauthUri({ secret: vectorSecret, issuer: `x${issuer}`, account: `y${account}` }));
        expect(uri.searchParams.getAll('secret')).toEqual([vectorSecret]);
        const [ofLabel] = decodeURIComponent(uri.pathname.slice(1)).split(':');
        expect(ofLabel).toBe(uri.searchParams.get('issuer'));
      }),
    );
  });

  test('name issuer and account, percent-encoded', () => {
    const uri = otpauthUri({ secret: vectorSecret, issuer: '学門大学', account: 's1234567' });
    expect(uri).toBe(
      `otpauth://totp/${encodeURIComponent('学門大学')}:s1234567?secret=${vectorSecret}&issuer=${encodeURIComponent('学門大学')}`,
    );
    expect(decodeURIComponent(new URL(uri).pathname)).toContain('学門大学:s1234567');
  });

  test('an issuer or account with a colon, an ampersand or a question mark does not change what is read', () => {
    const uri = new URL(otpauthUri({ secret: vectorSecret, issuer: 'A: B&secret=AAAA?', account: 'x:y#z' }));
    expect(uri.searchParams.getAll('secret')).toEqual([vectorSecret]);
    expect(uri.searchParams.get('issuer')).toBe('A  B&secret=AAAA?');
    expect(decodeURIComponent(uri.pathname).split(':')).toHaveLength(2);
    expect(uri.hash).toBe('');
  });

  test('half a character is no reason to fail', () => {
    expect(otpauthUri({ secret: vectorSecret, issuer: 'x\ud800', account: 'y' })).toContain('otpauth://totp/x');
  });
});
