import { expect, test } from '@jest/globals';
import { negotiateLanguage, parseLanguage } from './language.ts';

test.each([
  [undefined, 'ja'],
  ['', 'ja'],
  ['*', 'ja'],
  ['ja', 'ja'],
  ['ja-JP', 'ja'],
  ['en-US,en;q=0.9', 'en'],
  ['en-GB,en;q=0.9,ja;q=0.8', 'en'],
  ['en;q=0.5, ja;q=0.8', 'ja'],
  ['zh-CN,zh;q=0.9', 'en'],
  ['zh-CN,zh;q=0.9,ja;q=0.2', 'ja'],
  ['vi, en;q=0.4, *;q=0.1', 'en'],
  ['ja;q=0, en;q=0', 'en'],
  ['JA', 'ja'],
  ['jav', 'en'],
  ['ja;q=9', 'en'],
  [';;;,,,q=', 'en'],
])('Accept-Language %j is answered in %s', (header, language) => {
  expect(negotiateLanguage(header)).toBe(language);
});

test('only the languages that exist are parsed', () => {
  expect(parseLanguage('en')).toBe('en');
  expect(parseLanguage('fr')).toBeUndefined();
  expect(parseLanguage(undefined)).toBeUndefined();
});
