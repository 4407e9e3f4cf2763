import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { algorithms, ns } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import type { PageErrorCode } from '../../messages/index.ts';
import { type Attack, byBoth, byPost, byRedirect, get, postMessage, queryOf, redirectPath } from '../attack.ts';

/** Every known way to wrap, move, double or hollow out an enveloped signature, as saml keeps them. */
const folder = join(dirname(fileURLToPath(import.meta.resolve('@gakumon/saml'))), 'signature', 'attacks');
const documents = readdirSync(folder).filter((name) => existsSync(join(folder, name, 'expected.json')));

/** Where the door looks at the shape of a request before it looks at signatures, it says so. */
const saidBefore: Readonly<Record<string, PageErrorCode>> = {
  'id-that-reads-as-xpointer': 'request-invalid',
  'signature-of-another-namespace': 'request-invalid',
  'two-signatures': 'request-invalid',
  'wrapped-in-another-root': 'request-not-authn',
};

const wrapped = documents.map((name): Attack => {
  const { code } = JSON.parse(readFileSync(join(folder, name, 'expected.json'), 'utf8')) as { code: PageErrorCode };
  const request = () => postMessage(readFileSync(join(folder, name, 'document.xml')));
  return { name: `enveloped: ${name}`, expected: { page: saidBefore[name] ?? code }, request };
});

const hmac = 'http://www.w3.org/2000/09/xmldsig#hmac-sha1';

export const attacks: readonly Attack[] = [
  ...wrapped,
  ...byBoth('a key that is not in metadata', { page: 'signature-invalid' }, { sign: { key: testKeys.stranger } }),
  ...byBoth('SHA-1', { page: 'signature-algorithm' }, { sign: { algorithm: algorithms.rsaSha1 } }),
  {
    name: 'HMAC by HTTP-Redirect',
    expected: { page: 'signature-algorithm' },
    request: (door) =>
      get(
        `${redirectPath}?${queryOf(door)}&SigAlg=${encodeURIComponent(hmac)}&Signature=${encodeURIComponent('A'.repeat(28))}`,
      ),
  },
  {
    name: 'no signature by HTTP-POST where one is promised',
    expected: { page: 'signature-missing' },
    request: (door) => byPost(door, { sign: false }, door.signing),
  },
  {
    name: 'a signature without Destination, by HTTP-Redirect',
    expected: { page: 'request-destination' },
    request: (door) => byRedirect(door, { destination: null }, door.signing),
  },
  {
    name: 'a signature for another endpoint, by HTTP-POST',
    expected: { page: 'request-destination' },
    request: (door) => byPost(door, { destination: `${door.baseUrl}${redirectPath}` }, door.signing),
  },
  ...byBoth(
    'a Signature with nothing in it',
    { page: 'signature-structure' },
    { extra: `<ds:Signature xmlns:ds="${ns.ds}"/>` },
  ).filter(({ name }) => name.includes('POST')),
];
