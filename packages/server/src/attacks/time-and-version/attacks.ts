import { type Attack, byBoth } from '../attack.ts';

const invalid = { page: 'request-invalid' } as const;

export const attacks: readonly Attack[] = [
  ...byBoth('a stale request', { page: 'request-stale' }, { issueInstant: '2026-03-31T22:57:00Z' }),
  ...byBoth('a request of the last century', { page: 'request-stale' }, { issueInstant: '1970-01-01T00:00:00Z' }),
  ...byBoth('a request of tomorrow', { page: 'request-from-future' }, { issueInstant: '2026-04-02T00:00:00Z' }),
  ...byBoth(
    'a request of another zone, which is stale',
    { page: 'request-stale' },
    { issueInstant: '2026-04-01T00:01:00+09:00' },
  ),
  ...byBoth('a year of five digits', invalid, { issueInstant: '12026-04-01T00:00:00Z' }),
  ...byBoth('the 30th of February', invalid, { issueInstant: '2026-02-30T00:00:00Z' }),
  ...byBoth('no instant', invalid, { issueInstant: 'yesterday' }),
  ...byBoth('SAML 1.1', { page: 'request-version' }, { version: '1.1' }),
  ...byBoth('SAML 2.00', { page: 'request-version' }, { version: '2.00' }),
  ...byBoth(
    'another message',
    { page: 'request-not-authn' },
    { alter: (xml) => xml.replaceAll('AuthnRequest', 'LogoutRequest') },
  ),
  ...byBoth('an answer', { page: 'request-not-authn' }, { alter: (xml) => xml.replaceAll('AuthnRequest', 'Response') }),
];
