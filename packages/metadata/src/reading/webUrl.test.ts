import { expect, test } from '@jest/globals';
import { validateLink, validateWebUrl } from './webUrl.ts';

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

test('a megabyte of blanks inside an address is gone through once, not from each of them', () => {
  const address = `https://sp.example.org/${' '.repeat(1_000_000)}x`;
  expect([validateWebUrl(address), validateLink(address), validateLink(`${address}#x`)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});

test('refuses an address that is too long to be carried', () => {
  const address = `https://sp.example.org/${'x'.repeat(2048)}`;
  expect(validateWebUrl(address)).toBeUndefined();
  expect(validateWebUrl(address.slice(0, 2048))).toBe(address.slice(0, 2048));
});

test.each([
  ['https://sp.example.org/#/privacy', 'https://sp.example.org/#/privacy'],
  [' https://sp.example.org/#a#b ', 'https://sp.example.org/#a#b'],
  ['https://sp.example.org/', 'https://sp.example.org/'],
  ['javascript:alert(1)#https://sp.example.org/', undefined],
  ['#https://sp.example.org/', undefined],
  ['https://sp.example.org/#a b', undefined],
  ['https://www.example.org@evil.example/#x', undefined],
  [`https://sp.example.org/#${'x'.repeat(2048)}`, undefined],
])('a page may link to %s: %s', (written, link) => {
  expect(validateLink(written)).toBe(link);
});
