import { type Attack, byBoth, get, post } from '../attack.ts';

const hostile = '"><script>alert(document.domain)</script><img src=x onerror=alert(1)>';
const escaped = encodeURIComponent(hostile);
const inAttribute = hostile.replaceAll('"', '&quot;').replaceAll('<', '&lt;');

/** Markup in every value that could come back. */
export const attacks: readonly Attack[] = [
  ...byBoth('in RelayState', { shows: 'login' }, { relayState: hostile }),
  ...byBoth(
    'in ProviderName',
    { shows: 'login' },
    { alter: (xml) => xml.replace(' Version=', ` ProviderName="${inAttribute}" Version=`) },
  ),
  ...byBoth('in Destination', { page: 'request-destination' }, { destination: hostile }),
  ...byBoth('in the ACS', { page: 'acs-unknown' }, { acs: { url: hostile } }),
  ...byBoth('in the Issuer', { page: 'service-unknown' }, { issuer: hostile }),
  ...byBoth('in IssueInstant', { page: 'request-invalid' }, { issueInstant: hostile }),
  ...byBoth('in Version', { page: 'request-version' }, { version: hostile }),
  ...byBoth('in ForceAuthn', { page: 'request-invalid' }, { forceAuthn: hostile as 'true' }),
  ...byBoth('in a name of an element', { page: 'xml-malformed' }, { extra: '<"><script>' }),
  {
    name: 'in providerId',
    expected: { page: 'service-unknown' },
    request: () => get(`/idp/profile/SAML2/Unsolicited/SSO?providerId=${escaped}`),
  },
  {
    name: 'in target',
    expected: { shows: 'login' },
    request: (door) =>
      get(`/idp/profile/SAML2/Unsolicited/SSO?providerId=${encodeURIComponent(door.sp.entityId)}&target=${escaped}`),
  },
  { name: 'in a path', expected: { page: 'page-not-found' }, request: () => get(`/${escaped}`) },
  {
    name: 'in a path of SAML 1',
    expected: { page: 'saml1-unsupported' },
    request: () => get(`/idp/profile/SAML1/${escaped}`),
  },
  { name: 'in an attempt', expected: { page: 'attempt-tampered' }, request: () => get(`/idp/sso?attempt=${escaped}`) },
  {
    name: 'in a posted attempt',
    expected: { page: 'attempt-tampered' },
    request: () => post('/idp/sso', `attempt=${escaped}`),
  },
  {
    name: 'in headers',
    expected: { shows: 'login' },
    request: (door) => {
      const path = new URL(door.ask()).pathname + new URL(door.ask()).search;
      const markup = '"><script>alert(1)</script>';
      return get(path, {
        'accept-language': `en,${markup}`,
        'x-request-id': markup,
        'user-agent': markup,
        referer: markup,
      });
    },
  },
];
