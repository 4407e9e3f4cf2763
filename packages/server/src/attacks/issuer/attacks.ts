import { type Attack, byBoth, byPost, byRedirect } from '../attack.ts';

const unknown = { page: 'service-unknown' } as const;
const issuer = (text: string) => ({
  alter: (xml: string) => xml.replace(/<saml:Issuer>[^<]*</, `<saml:Issuer>${text}<`),
});

export const attacks: readonly Attack[] = [
  ...byBoth('no Issuer', { page: 'issuer-missing' }, { issuer: null }),
  ...byBoth('an empty Issuer', { page: 'issuer-missing' }, { issuer: '' }),
  ...byBoth('an Issuer that nobody knows', unknown, { issuer: 'https://evil.example/sp' }),
  ...byBoth('an Issuer with markup', unknown, { issuer: '"><script>alert(1)</script>' }),
  ...byBoth('an Issuer named like a property', unknown, { issuer: '__proto__' }),
  ...byBoth('an Issuer in another case', unknown, { issuer: 'https://SP.example.org/shibboleth' }),
  ...byBoth('an Issuer with a slash behind', unknown, { issuer: 'https://sp.example.org/shibboleth/' }),
  ...byBoth('an Issuer with a no-break space', unknown, issuer('https://sp.example.org/shibboleth&#xa0;')),
  ...byBoth('an Issuer with a line inside', unknown, issuer('https://sp.example.org/\nshibboleth')),
  ...byBoth(
    'a comment that would cut the Issuer short',
    unknown,
    issuer('https://sp.example.org/shibboleth<!-- -->.evil.example'),
  ),
  ...byBoth('a comment that hides nothing', { shows: 'login' }, issuer('https://sp.example.<!-- -->org/shibboleth')),
  ...byBoth('an element in the Issuer', { page: 'xml-malformed' }, issuer('https://sp.example.org/<b/>shibboleth')),
  ...byBoth('two Issuers', { page: 'request-invalid' }, { extra: '<saml:Issuer>https://evil.example/</saml:Issuer>' }),
  {
    name: 'the Issuer of an SP that signs, unsigned',
    expected: { page: 'signature-missing' },
    request: (door) => byRedirect(door, { issuer: door.signing.entityId }),
  },
  {
    name: 'the Issuer of another SP, signed by the same hand, with its own ACS',
    expected: { page: 'acs-unknown' },
    request: (door) => byPost(door, { issuer: door.sp.entityId }, door.signing),
  },
];
