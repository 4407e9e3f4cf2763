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

  test('garbage in the header stops the walk at the last hop that is known', () => {
    expect(clientAddress('10.0.0.2', '203.0.113.9, "><script>', proxies)).toBe('10.0.0.2');
    expect(clientAddress('10.0.0.2', '203.0.113.9, 10.0.0.3, unknown, 10.0.0.4', proxies)).toBe('10.0.0.4');
    expect(clientAddress('10.0.0.2', '', proxies)).toBe('10.0.0.2');
    expect(clientAddress('10.0.0.2', undefined, proxies)).toBe('10.0.0.2');
  });

  test('a request with a thousand trusted hops ends at the leftmost', () => {
    expect(clientAddress('10.0.0.2', Array(1000).fill('10.0.0.3').join(','), proxies)).toBe('10.0.0.3');
  });

  test('ports, brackets and zones are not part of an address', () => {
    expect(normaliseAddress('203.0.113.9:51234')).toBe('203.0.113.9');
    expect(normaliseAddress('[2001:db8::1]:443')).toBe('2001:db8::1');
    expect(normaliseAddress('fe80::1%eth0')).toBe('fe80::1');
    expect(normaliseAddress('2001:db8::1')).toBe('2001:db8::1');
    expect(normaliseAddress('203.0.113.999')).toBeUndefined();
    expect(normaliseAddress('')).toBeUndefined();
  });

  test.each(['10.0.0.0/33', 'campus', '10.0.0.0/-1', '10.0.0.0/', '2001:db8::/129', ''])(
    'the range %j is refused by name',
    (cidr) => {
      expect(() => trustProxies([cidr])).toThrow(/trustedProxies/);
    },
  );
});
