import { expect, test } from '@jest/globals';
import { validateWebUrl } from './webUrl.ts';

test.each([
  ['https://sp.example.org/acs'],
  ['http://localhost:8081/acs?x=a@b'],
  ['HTTPS://SP.example.org'],
  ['https://[2001:db8::1]:8443/acs'],
  ['https://大学.example.jp/受付?名=値'],
])('takes %s unchanged', (address) => {
  expect(validateWebUrl(address)).toBe(address);
});

test('takes away the white space around an xs:anyURI', () => {
  expect(validateWebUrl('\n  https://sp.example.org/acs\t')).toBe('https://sp.example.org/acs');
});

test('refuses an address that is too long to be carried', () => {
  const address = `https://sp.example.org/${'x'.repeat(2048)}`;
  expect(validateWebUrl(address)).toBeUndefined();
  expect(validateWebUrl(address.slice(0, 2048))).toBe(address.slice(0, 2048));
});
