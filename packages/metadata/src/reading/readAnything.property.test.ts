import type { XmlAttribute, XmlElement, XmlNode } from '@gakumon/saml';
import { bindings, ns } from '@gakumon/terms';
import { testKeys } from '@gakumon/testkit';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { listEntities } from './entities.ts';
import { readServiceProviders } from './parseServiceProviders.ts';
import { readIdentityProvider } from './readIdentityProvider.ts';
import { everything } from './testing/readMade.ts';

type Name = readonly [namespace: string, localName: string];

const namesIn = (namespace: string, localNames: string): readonly Name[] =>
  localNames.split(' ').map((localName) => [namespace, localName]);

const elementNames: readonly Name[] = [
  ...namesIn(ns.md, 'EntitiesDescriptor EntityDescriptor Extensions SPSSODescriptor IDPSSODescriptor Organization'),
  ...namesIn(ns.md, 'KeyDescriptor EncryptionMethod NameIDFormat AssertionConsumerService SingleLogoutService'),
  ...namesIn(ns.md, 'SingleSignOnService AttributeConsumingService ServiceName RequestedAttribute OrganizationURL'),
  ...namesIn(ns.md, 'OrganizationDisplayName ContactPerson EmailAddress TelephoneNumber'),
  ...namesIn(ns.mdui, 'UIInfo DisplayName Keywords Logo InformationURL DiscoHints IPHint GeolocationHint'),
  ...namesIn(ns.mdattr, 'EntityAttributes'),
  ...namesIn(ns.saml, 'Attribute AttributeValue'),
  ...namesIn(ns.mdrpi, 'RegistrationInfo RegistrationPolicy PublicationInfo'),
  ...namesIn(ns.alg, 'DigestMethod SigningMethod'),
  ...namesIn(ns.shibmd, 'Scope'),
  ...namesIn(ns.init, 'RequestInitiator'),
  ...namesIn(ns.idpdisc, 'DiscoveryResponse'),
  ...namesIn(ns.uapprove, 'RequestedAttributeExtension Description'),
  ...namesIn(ns.ds, 'KeyInfo X509Data X509Certificate'),
  ...namesIn(ns.xenc, 'KeySize'),
];

const attributeNames: readonly Name[] = [
  ...namesIn('', 'entityID validUntil protocolSupportEnumeration Binding Location ResponseLocation index isDefault'),
  ...namesIn('', 'isRequired Name FriendlyName NameFormat use Algorithm MinKeySize regexp registrationAuthority'),
  ...namesIn('', 'registrationInstant publisher contactType width AuthnRequestsSigned'),
  ...namesIn(ns.xml, 'lang'),
  ...namesIn(ns.remd, 'contactType'),
];

const values = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 20 }),
  fc.constantFrom(
    ...['https://sp.example.org/sp', 'http://[', 'javascript:alert(1)', 'mailto:a@example.org', 'mailto:%', 'geo:1,1'],
    ...[
      '1',
      '0',
      'true',
      '-1',
      '65536',
      '2024-01-01T00:00:00Z',
      '2024-13-01T00:00:00Z',
      'ja',
      '__proto__',
      '10.0.0.0/8',
    ],
    ...[ns.samlp, bindings.post, ns.init, ns.idpdisc, testKeys.spSigning.certificate, 'MAA=', '\ud800'],
  ),
);

const attribute: fc.Arbitrary<XmlAttribute> = fc
  .tuple(fc.constantFrom(...attributeNames), values)
  .map(([[namespace, localName], value]) => ({ prefix: '', namespace, localName, value }));

const { node } = fc.letrec<{ node: XmlNode; element: XmlElement }>((tie) => ({
  node: fc.oneof(
    { depthSize: 'medium', maxDepth: 5 },
    fc.oneof(
      values.map((value) => ({ kind: 'text' as const, value })),
      values.map((value) => ({ kind: 'comment' as const, value })),
    ),
    { arbitrary: tie('element'), weight: 6 },
  ),
  element: fc
    .tuple(
      fc.constantFrom(...elementNames),
      fc.array(attribute, { maxLength: 6 }),
      fc.array(tie('node'), { maxLength: 4 }),
    )
    .map(([[namespace, localName], attributes, children]) => toElement(namespace, localName, attributes, children)),
}));

function toElement(
  namespace: string,
  localName: string,
  attributes: readonly XmlAttribute[],
  children: readonly XmlNode[],
): XmlElement {
  return { kind: 'element', prefix: '', declarations: [], namespace, localName, attributes, children };
}

const said = (localName: string, value: string): XmlAttribute => ({ prefix: '', namespace: '', localName, value });
const children = fc.array(node, { maxLength: 8 });

/** Half of the way is given, or nothing would ever be read. */
const role = (localName: string, more: readonly XmlElement[]): fc.Arbitrary<XmlElement> =>
  fc
    .tuple(children, children)
    .map(([inside, extensions]) =>
      toElement(
        ns.md,
        localName,
        [said('protocolSupportEnumeration', ns.samlp)],
        [toElement(ns.md, 'Extensions', [], extensions), ...inside, ...more],
      ),
    );
const acs = [said('Binding', bindings.post), said('Location', 'https://sp.example.org/acs')];
const document = fc
  .tuple(
    children,
    role('SPSSODescriptor', [toElement(ns.md, 'AssertionConsumerService', acs, [])]),
    role('IDPSSODescriptor', []),
  )
  .map(([around, ...roles]) =>
    toElement(
      ns.md,
      'EntitiesDescriptor',
      [],
      [
        ...around,
        toElement(ns.md, 'EntityDescriptor', [said('entityID', 'https://sp.example.org/sp')], [...around, ...roles]),
      ],
    ),
  );

test('no tree of metadata names makes the reader throw, or makes an address of anything but http and https', () => {
  const silent = () => () => {};
  let read = 0;
  fc.assert(
    fc.property(document, (root) => {
      const { serviceProviders } = readServiceProviders(root, 'x');
      const identityProviders = [...listEntities(root, silent)].map((one) =>
        readIdentityProvider(one, 'x', everything),
      );
      read += serviceProviders.length + identityProviders.length;
      for (const sp of serviceProviders) {
        const addresses = [
          ...sp.assertionConsumerServices.map(({ location }) => location),
          ...[...sp.otherAssertionConsumerServices, ...sp.singleLogoutServices].map(({ location }) => location),
          ...sp.discoveryResponses.map(({ location }) => location),
          ...[...sp.requestInitiators, ...sp.logos.map(({ url }) => url)],
          ...[sp.informationUrls, sp.privacyStatementUrls, sp.organization?.urls ?? {}].flatMap(Object.values),
        ];
        for (const address of addresses) expect(address).toMatch(/^https?:\/\/[^\s@]+$/i);
        expect(sp.assertionConsumerServices.filter(({ isDefault }) => isDefault)).toHaveLength(1);
      }
    }),
    { numRuns: 150 },
  );
  expect(read).toBeGreaterThan(150);
});
