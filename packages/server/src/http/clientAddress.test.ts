import { unknownAddress } from '@gakumon/terms';
import { describe, expect, test } from '@jest/globals';
import { clientAddress, normaliseAddress, trustProxies } from './clientAddress.ts';

const none = trustProxies([]);
const proxies = trustProxies(['10.0.0.0/8', '2001:db8:1::/48', '192.0.2.7']);

describe('the client address (law 6)', () => {
  test('X-Forwarded-For from a stranger is not believed', () => {
    expect(clientAddress('203.0.113.9', '10.1.1.1', none)).toBe('203.0.113.9');
    expect(clientAddress('203.0.113.9', '10.1.1.1', proxies)).toBe('203.0.113.9');
  });

  test('behind a trusted proxy the rightmost untrusted hop counts, whatever a client wrote before it', () => {
    expect(clientAddress('10.0.0.2', '127.0.0.1, 203.0.113.9', proxies)).toBe('203.0.113.9');
    expect(clientAddress('10.0.0.2', '10.9.9.9, 203.0.113.9, 10.0.0.3', proxies)).toBe('203.0.113.9');
    expect(clientAddress('192.0.2.7', '203.0.113.1,203.0.113.2', proxies)).toBe('203.0.113.2');
  });

  test('an IPv4 proxy or client on an IPv6 socket is the same machine', () => {
    expect(clientAddress('::ffff:10.0.0.2', '::FFFF:203.0.113.9', proxies)).toBe('203.0.113.9');
    expect(clientAddress('::ffff:203.0.113.9', '10.1.1.1', proxies)).toBe('203.0.113.9');
    expect(clientAddress('::ffff:0a00:0002', '203.0.113.9', proxies)).toBe('203.0.113.9');
  });

  test('an IPv6 proxy is matched by its range, and the answer has one spelling', () => {
    expect(clientAddress('2001:DB8:1:0::5', '2001:0db8:0002:0:0:0:0:1', proxies)).toBe('2001:db8:2::1');
  });

  test.each([
    undefined,
    '',
    ',',
    'unknown',
    '_hidden',
    '203.0.113.9, ',
    '203.0.113.9 10.0.0.5',
    'for=203.0.113.9',
    '"203.0.113.9"',
    '203.0.113.9:http',
    '203.0.113.9:123456',
    '203.0.113.9, "><script>',
    '203.0.113.9, 10.0.0.3, unknown, 10.0.0.4',
  ])('attack: by %j a proxy tells no address, and puts nobody at its own on campus', (header) => {
    expect(clientAddress('10.0.0.2', header, proxies)).toBe(unknownAddress);
  });

  test('attack: an inner proxy that tells nothing is nobody either, nor a thousand of them', () => {
    expect(clientAddress('10.0.0.2', '10.0.0.3', proxies)).toBe(unknownAddress);
    expect(clientAddress('10.0.0.2', Array(1000).fill('10.0.0.3').join(','), proxies)).toBe(unknownAddress);
  });

  test('attack: whoever stands in a range that is too wide chooses no address in it', () => {
    expect(clientAddress('10.0.0.2', '10.1.2.3, 10.9.0.77', proxies)).toBe(unknownAddress);
  });

  test('a socket that is gone is nowhere', () => {
    expect(clientAddress(undefined, '203.0.113.9', proxies)).toBe(unknownAddress);
  });

  test('ports, brackets and zones are not part of an address', () => {
    expect(normaliseAddress('203.0.113.9:51234')).toBe('203.0.113.9');
    expect(normaliseAddress('[2001:db8::1]:443')).toBe('2001:db8::1');
    expect(normaliseAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(normaliseAddress('2001:db8::1')).toBe('2001:db8::1');
    expect(normaliseAddress('203.0.113.999')).toBeUndefined();
    expect(normaliseAddress('')).toBeUndefined();
  });

  test.each([
    '10.0.0.0/33',
    'campus',
    '10.0.0.0/-1',
    '10.0.0.0/',
    '2001:db8::/129',
    '',
    '::ffff:10.0.0.0/16',
    '::/1',
    '10.0.0.0/8/8',
  ])('the range %j is refused by name', (cidr) => {
    expect(() => trustProxies([cidr])).toThrow(/trustedProxies/);
  });
});
