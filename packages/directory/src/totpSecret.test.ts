import { expect, test } from '@jest/globals';
import { parseTotpSecret } from './totpSecret.ts';

test.each([
  ['JBSWY3DPEHPK3PXP', 'JBSWY3DPEHPK3PXP'],
  ['jbsw y3dp ehpk 3pxp', 'JBSWY3DPEHPK3PXP'],
  ['JBSW-Y3DP-EHPK-3PXP-GE======', 'JBSWY3DPEHPK3PXPGE'],
  ['GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ', 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'],
])('%s is a secret', (written, secret) => {
  expect(parseTotpSecret(written)).toBe(secret);
});

test.each([
  '',
  'JBSWY3DPEHPK3P',
  'JBSWY3DPEHPK3PX1',
  'JBSWY3DPEHPK3PXPA',
  'JBSWY3DPEHPK3PXPABC',
  '秘密',
  'A'.repeat(257),
])('%j is none: too short, no Base32, or cut off', (written) => {
  expect(parseTotpSecret(written)).toBeUndefined();
});
