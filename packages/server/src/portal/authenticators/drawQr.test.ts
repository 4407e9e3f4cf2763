import { describe, expect, test } from '@jest/globals';
import { drawQr } from './drawQr.ts';

const uri = 'otpauth://totp/Gakumon%20University:s1234567?secret=JBSWY3DPEHPK3PXP&issuer=Gakumon%20University';

describe('a QR code', () => {
  test('is an SVG without styles, scripts and addresses, as our Content-Security-Policy wants it', async () => {
    const svg = await drawQr(uri);
    expect(svg).toMatch(/^<svg [^>]*viewBox="0 0 \d+ \d+"[^>]*>.*<\/svg>$/s);
    expect(svg).not.toMatch(/style|script|href|on\w+=/i);
  });

  test('holds nothing of the text as text: what is in it cannot become markup', async () => {
    expect(await drawQr('</svg><script>alert(1)</script>')).not.toMatch(/script|alert/);
  });

  test('is another one for another secret', async () => {
    expect(await drawQr(uri)).not.toBe(await drawQr(uri.replace('JBSW', 'JBSX')));
  });
});
