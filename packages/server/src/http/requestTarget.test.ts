import { expect, test } from '@jest/globals';
import { splitAddress } from './requestTarget.ts';

test.each([
  ['/', '/', ''],
  ['/idp/sso?attempt=x', '/idp/sso', 'attempt=x'],
  ['/idp/sso?', '/idp/sso', ''],
  ['/a?b?c=%3F&d', '/a', 'b?c=%3F&d'],
  ['/%2e%2e/a', '/%2e%2e/a', ''],
  ['//host/path?q', '//host/path', 'q'],
  ['http://idp.example.ac.jp/idp/login?a=b', '/idp/login', 'a=b'],
  ['HTTPS://idp.example.ac.jp:8443/', '/', ''],
  ['http://idp.example.ac.jp?a', '', 'a'],
  ['*', '*', ''],
  ['', '', ''],
])('the target %j', (target, path, rawQuery) => {
  expect(splitAddress(target)).toEqual({ path, rawQuery });
});
