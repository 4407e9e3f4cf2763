import type { InboundAuthnRequest } from '@gakumon/idp';
import { createServiceProviders, parseServiceProviders } from '@gakumon/metadata';
import { authnContexts, nameIdFormats, ns, toEntityId } from '@gakumon/terms';
// The testkit as a whole needs a test runner; its SPs do not.
import { type PretendSp, pretendSp, type SendOptions } from '../../../packages/testkit/src/sp/pretendSp.ts';
import {
  listVendorRequests,
  vendorSp,
  writeVendorRequest,
} from '../../../packages/testkit/src/sp/vendors/vendorRequest.ts';
import { vendors } from '../../../packages/testkit/src/sp/vendors/vendors.ts';

export const baseUrl = 'https://idp.example.ac.jp';
export const now = Date.parse('2026-04-01T00:00:00Z');
const clock = () => now;

/** Its requests need no signature, but one that is there must be right. */
const open = pretendSp({ clock, entityId: 'https://open.example.org/sp', acs: ['https://open.example.org/acs'] });
/** Signs every request. */
const signing = pretendSp({
  clock,
  entityId: 'https://signing.example.org/sp',
  acs: ['https://signing.example.org/acs'],
  authnRequestsSigned: true,
});

/** The SPs of other makers: those that can sign do, always. */
const makers = Object.values(vendors).map((vendor) => {
  const isSigned = vendor.signature !== undefined;
  return { vendor, isSigned, sp: vendorSp(vendor, { clock, authnRequestsSigned: isSigned }) };
});

/** The entityIDs of those that sign every request. */
export const signers: ReadonlySet<string> = new Set([
  signing.entityId,
  ...makers.filter(({ isSigned }) => isSigned).map(({ sp }) => sp.entityId),
]);

export const serviceProviders = createServiceProviders(
  [open, signing, ...makers.map(({ sp }) => sp)].map((sp) => ({
    name: sp.entityId,
    serviceProviders: parseServiceProviders(Buffer.from(sp.metadata()), sp.entityId).serviceProviders,
  })),
  { ownEntityId: toEntityId(`${baseUrl}/idp/shibboleth`), clock },
);

/** A genuine request, in both of its forms. */
export type Seed = { readonly inbound: InboundAuthnRequest; readonly xml: string };

const everything: SendOptions = {
  forceAuthn: true,
  nameIdPolicy: { format: nameIdFormats.transient, allowCreate: true },
  requestedAuthnContext: { comparison: 'exact', classes: [authnContexts.passwordProtectedTransport] },
  attributeConsumingServiceIndex: 1,
  relayState: 'ss:mem:0123456789abcdef',
  scoping: '<samlp:Scoping ProxyCount="0"/>',
  extra: `<saml:Subject><saml:NameID>s1@example.ac.jp</saml:NameID></saml:Subject><samlp:Extensions><x xmlns="urn:x" a="&#10;">é門<!-- c --><![CDATA[<]]></x></samlp:Extensions>`,
  alter: (xml) => xml.replace('<samlp:AuthnRequest', `<samlp:AuthnRequest xmlns:ds="${ns.ds}"`),
};

const byRedirect = (sp: PretendSp, options: SendOptions): Seed => {
  const { url, xml } = sp.redirectTo(`${baseUrl}/idp/profile/SAML2/Redirect/SSO`, options);
  return { inbound: { binding: 'redirect', rawQuery: url.slice(url.indexOf('?') + 1) }, xml };
};
const byPost = (sp: PretendSp, options: SendOptions): Seed => {
  const { fields, xml } = sp.postTo(`${baseUrl}/idp/profile/SAML2/POST/SSO`, options);
  const relayState = fields.RelayState === undefined ? [] : [fields.RelayState];
  return { inbound: { binding: 'post', samlRequest: [fields.SAMLRequest ?? ''], relayState }, xml };
};

const ours = [open, signing].flatMap((sp) =>
  [{}, { relayState: 'a b', sign: true }, everything].flatMap((options) => [
    byRedirect(sp, options),
    byPost(sp, options),
  ]),
);

const theirs = makers.flatMap(({ vendor, isSigned }) =>
  listVendorRequests(vendor).flatMap((request) =>
    (['redirect', 'post'] as const).map((binding): Seed => {
      const destination = `${baseUrl}/idp/profile/SAML2/${binding === 'redirect' ? 'Redirect' : 'POST'}/SSO`;
      const sent = writeVendorRequest(vendor, { request, binding, isSigned, destination, now, seed: request });
      const { relayState, xml } = sent;
      return sent.binding === 'redirect'
        ? { inbound: sent, xml }
        : { inbound: { binding: 'post', samlRequest: [sent.samlRequest], relayState: [relayState] }, xml };
    }),
  ),
);

export const seeds: readonly Seed[] = [...ours, ...theirs];
