import { expect, test } from '@jest/globals';
import { isOwnHost } from './isOwnHost.ts';

test.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])(
  'on %s only addresses and localhost are let in',
  (listensOn) => {
    for (const host of [undefined, 'LOCALHOST:8089', '10.0.0.7:8089', '[fe80::1]:8089']) {
      expect(isOwnHost(host, listensOn)).toBe(true);
    }
    for (const host of ['', 'evil.example', '127.0.0.1.evil.example:8089', '[evil.example]', 'localhost:evil']) {
      expect(isOwnHost(host, listensOn)).toBe(false);
    }
  },
);

test.each(['0.0.0.0', '10.0.0.7', 'idp.example.ac.jp'])('on %s monitors ask by whatever name it has', (listensOn) => {
  expect(isOwnHost('idp1.example.ac.jp:8089', listensOn)).toBe(true);
});
