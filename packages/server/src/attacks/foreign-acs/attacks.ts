import { type Attack, byBoth, get } from '../attack.ts';

const unknown = { page: 'acs-unknown' } as const;
const host = 'https://sp.example.org';
const path = '/Shibboleth.sso/SAML2/POST';
const tricks: readonly (readonly [string, string])[] = [
  ['another site', `https://evil.example${path}`],
  ['user info', `https://sp.example.org@evil.example${path}`],
  ['user info on the right site', `https://x@sp.example.org${path}`],
  ['a port', `${host}:443${path}`],
  ['another port', `${host}:8443${path}`],
  ['http', `http://sp.example.org${path}`],
  ['another case', `https://SP.example.org${path}`],
  ['a dot behind', `https://sp.example.org.${path}`],
  ['a suffix of the host', `https://sp.example.org.evil.example${path}`],
  ['a parent folder', `${host}/x/..${path}`],
  ['an escaped letter', `${host}/%53hibboleth.sso/SAML2/POST`],
  ['a doubled slash', `${host}/${path}`],
  ['a backslash', `${host}\\@evil.example${path}`],
  ['a fragment', `${host}${path}#x`],
  ['a query', `${host}${path}?x`],
  ['a path parameter', `${host}${path};x`],
  ['a slash behind', `${host}${path}/`],
  ['a space behind', `${host}${path} `],
  ['a tabulator inside', `${host}/\tShibboleth.sso/SAML2/POST`],
  ['no scheme', `//sp.example.org${path}`],
  ['a script', 'javascript:alert(1)'],
  ['a data URL', 'data:text/html,<script>alert(1)</script>'],
  ['a homograph', `https://sp.exаmple.org${path}`],
  ['nothing', ''],
  ['the endpoint of another SP', 'https://second.example.net/acs'],
];

export const attacks: readonly Attack[] = [
  ...tricks.flatMap(([name, url]) => byBoth(`an ACS by ${name}`, unknown, { acs: { url } })),
  ...byBoth('an index that is not there', unknown, { acs: { index: 77 } }),
  ...byBoth('an index beside the address of another endpoint', unknown, {
    alter: (xml) => xml.replace(' Version=', ' AssertionConsumerServiceIndex="77" Version='),
  }),
  ...byBoth(
    'an index that is no number',
    { page: 'request-invalid' },
    {
      alter: (xml) => xml.replace(' Version=', ' AssertionConsumerServiceIndex="1e0" Version='),
    },
  ),
  ...tricks.slice(0, 5).map(
    ([name, url]): Attack => ({
      name: `a shire by ${name}`,
      expected: unknown,
      request: (door) =>
        get(
          `/idp/profile/SAML2/Unsolicited/SSO?providerId=${encodeURIComponent(door.sp.entityId)}&shire=${encodeURIComponent(url)}`,
        ),
    }),
  ),
];
