import { type Attack, byRedirect, get } from '../attack.ts';

const login = { shows: 'login' } as const;

export const attacks: readonly Attack[] = [
  {
    name: 'another Host does not move what Destination is compared with',
    expected: login,
    request: (door) => ({ ...byRedirect(door), headers: { host: 'evil.example' } }),
  },
  {
    name: 'X-Forwarded-For, Host and Proto of a stranger',
    expected: login,
    request: (door) => ({
      ...byRedirect(door),
      headers: { 'x-forwarded-for': '10.0.0.1', 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'gopher' },
    }),
  },
  {
    name: 'a Destination at the Host that was sent',
    expected: { page: 'request-destination' },
    request: (door) => ({
      ...byRedirect(door, { destination: 'https://evil.example/idp/profile/SAML2/Redirect/SSO' }),
      headers: { host: 'evil.example' },
    }),
  },
  {
    name: 'a method in a header',
    expected: { page: 'page-not-found' },
    request: () => get('/nowhere', { 'x-http-method-override': 'DELETE', 'x-original-url': '/idp/login' }),
  },
  {
    name: 'a query of 200 KB',
    expected: { broken: 431 },
    request: () => get(`/?${'x'.repeat(200_000)}`),
  },
  { name: 'a cookie of 200 KB', expected: { broken: 431 }, request: () => get('/', { cookie: 'x'.repeat(200_000) }) },
  {
    name: 'a method that HTTP does not know',
    expected: { broken: 400 },
    request: () => ({ method: 'FETCH', path: '/idp/login' }),
  },
  {
    name: 'a method that nobody uses',
    expected: { page: 'method-not-allowed' },
    request: () => ({ method: 'PROPFIND', path: '/idp/login' }),
  },
  {
    name: 'POST where GET is',
    expected: { page: 'method-not-allowed' },
    request: () => ({ method: 'POST', path: '/idp/profile/SAML2/Redirect/SSO' }),
  },
];
