import { describe, expect, test } from '@jest/globals';
import { indexRoutes } from './findRoute.ts';

const find = indexRoutes([{ path: '/' }, { path: '/idp/sso' }, { path: '/assets/' }]);

describe('a path', () => {
  test.each([
    ['/', '/'],
    ['/idp/sso', '/idp/sso'],
    ['/idp/sso/', '/idp/sso'],
    ['/assets/0/style.css', '/assets/'],
  ])('%s leads to %s', (path, route) => {
    expect(find(path)?.path).toBe(route);
  });

  test.each([
    '',
    '//',
    '*',
    '/idp',
    '/IDP/sso',
    '/idp/sso//',
    '/idp/sso/x',
    '/idp/%73so',
    '/assets',
    '/assets/',
    '//idp/sso',
    '/idp/sso#x',
    '/assets/%zz',
  ])('%j leads nowhere', (path) => {
    expect(find(path)).toBeUndefined();
  });
});
