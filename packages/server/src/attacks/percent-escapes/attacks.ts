import { type Attack, get, post, postPath, queryOf, redirectPath } from '../attack.ts';

const login = { shows: 'login' } as const;
const encoding = { page: 'request-encoding' } as const;
const invalid = { page: 'signature-invalid' } as const;
const lowerCase = (query: string) => query.replace(/%[0-9A-F]{2}/g, (escaped) => escaped.toLowerCase());

export const attacks: readonly Attack[] = [
  {
    name: '%53AMLRequest is SAMLRequest',
    expected: login,
    request: (door) => get(`${redirectPath}?${queryOf(door).replace('SAML', '%53AML')}`),
  },
  {
    name: 'lower-case escapes',
    expected: login,
    request: (door) => get(`${redirectPath}?${lowerCase(queryOf(door))}`),
  },
  {
    name: 'lower-case escapes that were signed as upper-case ones',
    expected: invalid,
    request: (door) => get(`${redirectPath}?${lowerCase(queryOf(door, { relayState: 'a/b' }, door.signing))}`),
  },
  {
    name: 'a plus sign that was not escaped',
    expected: login,
    request: (door) => get(`${redirectPath}?${queryOf(door).replaceAll('%2B', '+')}`),
  },
  {
    name: 'a space signed as %20 and sent as a plus sign',
    expected: invalid,
    request: (door) =>
      get(`${redirectPath}?${queryOf(door, { relayState: 'a b' }, door.signing).replace('a%20b', 'a+b')}`),
  },
  { name: 'a broken escape', expected: encoding, request: () => get(`${redirectPath}?SAMLRequest=%E0%A4%A`) },
  { name: 'an escape of nothing', expected: encoding, request: (door) => get(`${redirectPath}?${queryOf(door)}&x%`) },
  {
    name: 'an overlong escape',
    expected: encoding,
    request: (door) => get(`${redirectPath}?${queryOf(door)}&RelayState=%C0%AF`),
  },
  {
    name: 'a surrogate',
    expected: encoding,
    request: (door) => get(`${redirectPath}?${queryOf(door)}&RelayState=%ED%A0%80`),
  },
  { name: 'a broken escape in a form', expected: encoding, request: () => post(postPath, 'SAMLRequest=%zz') },
  {
    name: 'a broken escape in a path',
    expected: { page: 'page-not-found' },
    request: () => get('/idp/profile/SAML1/%E0%A4'),
  },
];
