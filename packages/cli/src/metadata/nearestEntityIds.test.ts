import { expect, test } from '@jest/globals';
import { listNearest } from './nearestEntityIds.ts';

const known = ['https://wiki.example.org/shibboleth', 'https://mail.other.net/saml', 'http://wiki.example.org/sp'];

test.each([
  ['another ending', 'https://wiki.example.org/shibboleth-sp', [known[0], known[2]]],
  ['another scheme', 'http://mail.other.net/saml', [known[1]]],
  ['nothing in common', 'https://nowhere.test/saml', []],
])('what somebody may have meant: %s', (_, typed, meant) => {
  expect(listNearest(known, typed)).toEqual(meant);
});
