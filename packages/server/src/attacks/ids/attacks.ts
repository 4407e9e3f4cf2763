import { type Attack, byBoth, byPost } from '../attack.ts';

const invalid = { page: 'request-invalid' } as const;
const attribute = (text: string) => ({ alter: (xml: string) => xml.replace(/ ID="[^"]*"/, text) });

export const attacks: readonly Attack[] = [
  ...byBoth('no ID', invalid, attribute('')),
  ...byBoth('Id instead of ID', invalid, attribute(' Id="_1"')),
  ...byBoth('xml:id instead of ID', invalid, attribute(' xml:id="_1"')),
  ...byBoth('ID in a namespace', invalid, attribute(' saml:ID="_1"')),
  ...byBoth('two IDs', { page: 'xml-malformed' }, attribute(' ID="_1" ID="_2"')),
  ...byBoth('an ID with markup', invalid, attribute(' ID="&lt;script&gt;alert(1)&lt;/script&gt;"')),
  ...byBoth('an endless ID', invalid, attribute(` ID="${'a'.repeat(300)}"`)),
  {
    name: 'an ID and an Id on a signed request',
    expected: { page: 'signature-structure' },
    request: (door) => byPost(door, { alter: (xml) => xml.replace(' Version=', ' Id="_evil" Version=') }, door.signing),
  },
];
