import { type Attack, byRedirect, formOf, get, post, postPath, queryOf, redirectPath } from '../attack.ts';

const repeated = { page: 'request-repeated' } as const;
const missing = { page: 'request-missing' } as const;

export const attacks: readonly Attack[] = [
  {
    name: 'two SAMLRequests',
    expected: repeated,
    request: (door) => get(`${redirectPath}?${queryOf(door)}&${queryOf(door)}`),
  },
  {
    name: 'an unsigned SAMLRequest before a signed one',
    expected: repeated,
    request: (door) => get(`${redirectPath}?${queryOf(door)}&${queryOf(door, {}, door.signing)}`),
  },
  {
    name: 'two SAMLRequests, one by an escaped name',
    expected: repeated,
    request: (door) => get(`${redirectPath}?${queryOf(door)}&${queryOf(door).replace('SAML', '%53AML')}`),
  },
  {
    name: 'two RelayStates',
    expected: repeated,
    request: (door) => get(`${redirectPath}?${queryOf(door, { relayState: 'a' })}&RelayState=b`),
  },
  {
    name: 'two Signatures',
    expected: repeated,
    request: (door) => get(`${redirectPath}?${queryOf(door, {}, door.signing)}&Signature=AAAA`),
  },
  {
    name: 'two SAMLRequests in a form',
    expected: repeated,
    request: (door) => post(postPath, `${formOf(door)}&${formOf(door)}`),
  },
  {
    name: 'two providerIds',
    expected: repeated,
    request: () => get('/idp/profile/SAML2/Unsolicited/SSO?providerId=a&providerId=b'),
  },
  {
    name: 'an array in place of a string',
    expected: missing,
    request: (door) => get(`${redirectPath}?${queryOf(door).replace('SAMLRequest', 'SAMLRequest[]')}`),
  },
  {
    name: 'an object in place of a string',
    expected: missing,
    request: (door) => get(`${redirectPath}?${queryOf(door).replace('SAMLRequest', 'SAMLRequest[__proto__]')}`),
  },
  {
    name: 'an array in a form',
    expected: missing,
    request: (door) => post(postPath, formOf(door).replace('SAMLRequest', 'SAMLRequest%5B0%5D')),
  },
  { name: '__proto__ as a field', expected: missing, request: () => post(postPath, '__proto__=1&constructor=2') },
  {
    name: 'strangers beside it do no harm',
    expected: { shows: 'login' },
    request: (door) => ({ ...byRedirect(door), path: `${byRedirect(door).path}&a[]=1&__proto__=2&x` }),
  },
];
