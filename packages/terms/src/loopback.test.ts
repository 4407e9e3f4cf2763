import { expect, test } from '@jest/globals';
import { isLoopbackHost } from './loopback.ts';

test.each(['localhost', '127.0.0.1', '127.255.0.9', '::1', '[::1]'])('%s is this machine', (host) => {
  expect(isLoopbackHost(host)).toBe(true);
});
test.each(['', 'localhost.example.org', '127.0.0.1.example.org', '127.1', '128.0.0.1', '[::]', '::2', '0.0.0.0'])(
  '%s is not',
  (host) => {
    expect(isLoopbackHost(host)).toBe(false);
  },
);
