import { deflateRawSync } from 'node:zlib';
import { type Attack, byRedirect, get, post, postMessage, postPath, redirectPath } from '../attack.ts';

const deflated = (bytes: string | Buffer) => encodeURIComponent(deflateRawSync(bytes).toString('base64'));
const tooLarge = { page: 'request-too-large' } as const;
const limit = { page: 'xml-limit' } as const;
const reference = '<ds:Reference URI="#_a"><ds:DigestValue>AAAA</ds:DigestValue></ds:Reference>';
const many = (count: number) =>
  `<a xmlns:ds="http://www.w3.org/2000/09/xmldsig#"><ds:Signature><ds:SignedInfo>${reference.repeat(count)}</ds:SignedInfo></ds:Signature></a>`;
/** A bomb in a bomb: what it unpacks to is small again. */
const nested = deflateRawSync(deflateRawSync(Buffer.alloc(50_000_000)));

export const attacks: readonly Attack[] = [
  {
    name: 'a deflate bomb of 10 MB',
    expected: tooLarge,
    request: () => get(`${redirectPath}?SAMLRequest=${deflated(Buffer.alloc(10_000_000))}`),
  },
  {
    name: 'a deflate bomb in a deflate bomb',
    expected: { page: 'xml-encoding' },
    request: () => get(`${redirectPath}?SAMLRequest=${encodeURIComponent(nested.toString('base64'))}`),
  },
  {
    name: 'a body of 10 MB',
    expected: tooLarge,
    request: () => post(postPath, `SAMLRequest=${'A'.repeat(10_000_000)}`),
  },
  {
    name: 'a body of 10 MB that does not tell its length',
    expected: tooLarge,
    request: () => post(postPath, `SAMLRequest=${'A'.repeat(10_000_000)}`, { 'transfer-encoding': 'chunked' }),
  },
  { name: '3 MB with 5,000 References', expected: tooLarge, request: () => postMessage(many(5000).padEnd(3_000_000)) },
  {
    name: '1,500 References within the size of a form',
    expected: { page: 'request-not-authn' },
    request: () => postMessage(many(1500)),
  },
  { name: '100,000 levels', expected: tooLarge, request: () => postMessage('<a>'.repeat(100_000)) },
  {
    name: '30,000 levels, deflated',
    expected: limit,
    request: () => get(`${redirectPath}?SAMLRequest=${deflated('<a>'.repeat(30_000))}`),
  },
  {
    name: '20,000 children, deflated',
    expected: limit,
    request: () => get(`${redirectPath}?SAMLRequest=${deflated(`<a>${'<b/>'.repeat(20_000)}</a>`)}`),
  },
  {
    name: '10,000 attributes, deflated',
    expected: limit,
    request: () =>
      get(
        `${redirectPath}?SAMLRequest=${deflated(`<a ${Array.from({ length: 10_000 }, (_, i) => `a${i}=""`).join(' ')}/>`)}`,
      ),
  },
  { name: '1,000 form fields', expected: tooLarge, request: () => post(postPath, 'a=1&'.repeat(1000)) },
  {
    name: 'a RelayState without end',
    expected: { page: 'relay-state-too-large' },
    request: (door) => byRedirect(door, { relayState: 'x'.repeat(7000) }),
  },
  {
    name: 'a target without end',
    expected: { page: 'relay-state-too-large' },
    request: (door) =>
      get(
        `/idp/profile/SAML2/Unsolicited/SSO?providerId=${encodeURIComponent(door.sp.entityId)}&target=${'x'.repeat(7000)}`,
      ),
  },
  {
    name: 'contexts without end',
    expected: tooLarge,
    request: (door) => byRedirect(door, { requestedAuthnContext: { classes: ['urn:a'.repeat(500)] } }),
  },
];
