import { type Attack, byBoth } from '../attack.ts';

const before = (declaration: string, use = '') => ({
  alter: (xml: string) => declaration + xml.replace('</saml:Issuer>', `${use}</saml:Issuer>`),
});
const laughs = [
  '<!ENTITY l0 "ha">',
  ...Array.from({ length: 9 }, (_, i) => `<!ENTITY l${i + 1} "${`&l${i};`.repeat(10)}">`),
];
const doctype = { page: 'xml-doctype' } as const;

export const attacks: readonly Attack[] = [
  ...byBoth('an empty DOCTYPE', doctype, before('<!DOCTYPE a>')),
  ...byBoth('an external entity', doctype, before('<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>', '&x;')),
  ...byBoth('an external DTD', doctype, before('<!DOCTYPE a SYSTEM "http://127.0.0.1:9/x.dtd">')),
  ...byBoth('a billion laughs', doctype, before(`<!DOCTYPE a [${laughs.join('')}]>`, '&l9;')),
  ...byBoth('an entity that nobody declared', { page: 'xml-malformed' }, before('', '&nbsp;')),
];
