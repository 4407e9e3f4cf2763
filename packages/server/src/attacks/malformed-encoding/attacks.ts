import { deflateRawSync, deflateSync } from 'node:zlib';
import { type Attack, get, post, postPath, queryOf, redirectPath } from '../attack.ts';

const xml = '<a/>';
const page = { page: 'request-encoding' } as const;
const redirect = (value: string) => () => get(`${redirectPath}?SAMLRequest=${value}`);
const form = (value: string) => () => post(postPath, `SAMLRequest=${value}`);
const encoded = (bytes: Buffer) => encodeURIComponent(bytes.toString('base64'));

export const attacks: readonly Attack[] = [
  { name: 'nothing at all', expected: { page: 'request-missing' }, request: () => get(redirectPath) },
  { name: 'an empty form', expected: { page: 'request-missing' }, request: () => post(postPath, '') },
  { name: 'an empty request', expected: { page: 'request-missing' }, request: redirect('') },
  { name: 'base64 with a hole', expected: page, request: redirect('AA*A') },
  { name: 'base64 without its end', expected: page, request: form('AAAAA') },
  { name: 'base64 with padding inside', expected: page, request: form('AA%3D%3DAAAA') },
  { name: 'base64url', expected: page, request: form('-_-_') },
  { name: 'base64 of nothing', expected: { page: 'request-encoding' }, request: form('%20%20%20%20') },
  { name: 'what was never deflated', expected: page, request: redirect(encoded(Buffer.from(xml))) },
  { name: 'zlib instead of raw deflate', expected: page, request: redirect(encoded(deflateSync(xml))) },
  {
    name: 'a deflate stream that breaks off',
    expected: page,
    request: redirect(encoded(deflateRawSync('x'.repeat(99)).subarray(0, 2))),
  },
  {
    name: 'a second stream behind the first',
    expected: { page: 'xml-malformed' },
    request: redirect(encoded(deflateRawSync('<a>'))),
  },
  {
    name: 'another SAMLEncoding',
    expected: page,
    request: (door) => get(`${redirectPath}?${queryOf(door)}&SAMLEncoding=urn%3Ax`),
  },
  {
    name: 'XML that is UTF-16',
    expected: { page: 'xml-encoding' },
    request: form(encoded(Buffer.from(`\ufeff${xml}`, 'utf16le'))),
  },
  {
    name: 'XML with a broken octet',
    expected: { page: 'xml-encoding' },
    request: form(encoded(Buffer.from([60, 97, 255]))),
  },
  { name: 'no XML', expected: { page: 'xml-malformed' }, request: form(encoded(Buffer.from('hello'))) },
  { name: 'a NUL', expected: { page: 'xml-malformed' }, request: form(encoded(Buffer.from('<a>\0</a>'))) },
  {
    name: 'a form in another encoding',
    expected: page,
    request: () => post(postPath, Buffer.from([0x53, 0x3d, 0xff])),
  },
  {
    name: 'a compressed form',
    expected: page,
    request: () => post(postPath, 'x', { 'content-encoding': 'gzip' }),
  },
  {
    name: 'a form of another kind',
    expected: { page: 'request-missing' },
    request: () => post(postPath, '{"SAMLRequest":"AAAA"}', { 'content-type': 'application/json' }),
  },
];
