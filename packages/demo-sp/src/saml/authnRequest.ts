import { bindings, nameIdFormats, ns } from '@gakumon/terms';
import { demoSpAcs, demoSpEntityId, escapeXml } from './metadata.ts';

/** What the person chose to ask the IdP for. */
export type Wish = {
  readonly forceAuthn: boolean;
  readonly isPassive: boolean;
  readonly authnContext: string | undefined;
};

/** An AuthnRequest as text (SAML Core 3.4.1); its signature goes beside it in the HTTP-Redirect query. */
export function writeAuthnRequest(
  wish: Wish,
  about: { readonly id: string; readonly now: number; readonly baseUrl: string; readonly destination: string },
): string {
  const context =
    wish.authnContext === undefined
      ? ''
      : `<samlp:RequestedAuthnContext Comparison="exact"><saml:AuthnContextClassRef>${escapeXml(wish.authnContext)}</saml:AuthnContextClassRef></samlp:RequestedAuthnContext>`;
  return [
    `<samlp:AuthnRequest xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}" ID="${about.id}" Version="2.0"`,
    ` IssueInstant="${new Date(about.now).toISOString()}" Destination="${escapeXml(about.destination)}"`,
    wish.forceAuthn ? ' ForceAuthn="true"' : '',
    wish.isPassive ? ' IsPassive="true"' : '',
    ` ProtocolBinding="${bindings.post}" AssertionConsumerServiceURL="${escapeXml(demoSpAcs(about.baseUrl))}">`,
    `<saml:Issuer>${escapeXml(demoSpEntityId(about.baseUrl))}</saml:Issuer>`,
    `<samlp:NameIDPolicy Format="${nameIdFormats.transient}" AllowCreate="true"/>`,
    context,
    '</samlp:AuthnRequest>',
  ].join('');
}
