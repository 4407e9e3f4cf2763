import { describe, expect, test } from '@jest/globals';
import type { Signer } from '../source.ts';
import { requireSafeOrigin, requireWebAddress } from './address.ts';

const refused = expect.objectContaining({ code: 'metadata-address' });

describe('requireWebAddress', () => {
  test.each(['https://metadata.example.org/a.xml?generation=2', 'http://[::1]:8080/', 'HTTPS://EXAMPLE.org'])(
    'takes %s',
    (url) => {
      expect(requireWebAddress(url)).toBeInstanceOf(URL);
    },
  );
  test.each([
    'ftp://example.org/a',
    'file:///etc/passwd',
    'data:text/xml,<a/>',
    '/metadata.xml',
    '',
    'https://exam ple.org/',
    'https://example.org/a\tb',
    'https://example.org\\@evil.example/',
    'https://example.org/#',
    'https://example.org/#part',
    `https://example.org/${'a'.repeat(2050)}`,
  ])('attack: refuses %j', (url) => {
    expect(() => requireWebAddress(url)).toThrow(refused);
  });
  test('a password in the address is refused, and not repeated', () => {
    const secret = 'https://reader:s3cret@example.org/';
    expect(() => requireWebAddress(secret)).toThrow(refused);
    expect(() => requireWebAddress(secret)).not.toThrow(/s3cret/);
  });
});

describe('requireSafeOrigin', () => {
  const signer: Signer = { pem: 'any' };
  const of =
    (kind: 'url' | 'mdq', url: string, signers: readonly Signer[] = []) =>
    () =>
      requireSafeOrigin({ name: 'x', origin: { kind, url }, signers });
  test.each([
    'https://example.org/',
    'http://127.0.0.1:80/',
    'http://localhost:8080/a',
    'http://[::1]/',
    'http://127.1/',
  ])('lets unsigned metadata come from %s', (url) => {
    expect(of('url', url)).not.toThrow();
    expect(of('mdq', url)).not.toThrow();
  });
  test.each([
    'http://example.org/',
    'http://127.0.0.1.example.org/',
    'http://localhost.example.org/',
    'http://10.0.0.1/',
    'http://[::ffff:7f00:1]/',
  ])('attack: does not let unsigned metadata come from %s, where anybody on the way can change it', (url) => {
    expect(of('url', url)).toThrow(refused);
    expect(of('mdq', url)).toThrow(refused);
  });
  test('signed metadata may come by any way; a file is another matter', () => {
    expect(of('url', 'http://example.org/', [signer])).not.toThrow();
    expect(() => requireSafeOrigin({ name: 'x', origin: { kind: 'file', path: '/x' }, signers: [] })).not.toThrow();
  });
});
