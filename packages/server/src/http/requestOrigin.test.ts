import { expect, test } from '@jest/globals';
import { isOwnPost, isPrefetch } from './requestOrigin.ts';

const ours = 'https://idp.example.ac.jp';

test.each([
  [{ 'sec-fetch-site': 'same-origin', origin: ours }, true],
  [{ 'sec-fetch-site': 'none' }, true],
  [{ 'sec-fetch-site': 'cross-site', origin: ours }, false],
  [{ 'sec-fetch-site': 'same-site', origin: 'https://blog.example.ac.jp' }, false],
  [{ 'sec-fetch-site': 'cross-site' }, false],
  [{ origin: ours }, true],
  [{ origin: 'https://evil.example' }, false],
  [{ origin: 'null' }, false],
  [{ origin: 'http://idp.example.ac.jp' }, false],
  [{}, true],
])('a form posted with %j: ours is %s', (headers, own) => {
  expect(isOwnPost(headers, ours)).toBe(own);
});

test('a browser that looks ahead is told apart', () => {
  expect(isPrefetch({ 'sec-purpose': 'prefetch;prerender' })).toBe(true);
  expect(isPrefetch({ purpose: 'prefetch' })).toBe(true);
  expect(isPrefetch({})).toBe(false);
});
