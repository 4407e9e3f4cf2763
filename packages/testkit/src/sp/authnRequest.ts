import { ns } from '@gakumon/terms';

/** What a pretend SP can ask for. Everything is written as it stands, right or wrong; undefined leaves it out. */
export type AuthnRequestOptions = {
  readonly id?: string;
  readonly version?: string;
  /** ISO 8601, or milliseconds since the epoch; now by the SP's clock when undefined. */
  readonly issueInstant?: string | number;
  readonly issuer?: string | null;
  /** The address it is sent to when undefined; left out when null. */
  readonly destination?: string | null;
  readonly forceAuthn?: 'true' | '1' | 'false' | '0' | boolean;
  readonly isPassive?: 'true' | '1' | 'false' | '0' | boolean;
  /** By what the ACS is named: its address (or another one), its index, or nothing. By address when undefined. */
  readonly acs?: { readonly url: string } | { readonly index: number } | 'none';
  readonly protocolBinding?: string;
  readonly attributeConsumingServiceIndex?: number;
  readonly nameIdPolicy?: {
    readonly format?: string;
    readonly spNameQualifier?: string;
    readonly allowCreate?: boolean;
  };
  readonly requestedAuthnContext?: { readonly comparison?: string; readonly classes: readonly string[] };
  readonly scoping?: string;
  /** More markup after everything else, for what no option covers. */
  readonly extra?: string;
  /** Changes the finished text, before any signature. */
  readonly alter?: (xml: string) => string;
};

/** An AuthnRequest as text (SAML Core 3.4.1), by hand. */
export function writeAuthnRequest(
  options: AuthnRequestOptions,
  defaults: {
    readonly id: string;
    readonly now: number;
    readonly issuer: string;
    readonly destination: string;
    readonly acs: string;
  },
): string {
  const acs = options.acs ?? { url: defaults.acs };
  const issuer = options.issuer === undefined ? defaults.issuer : options.issuer;
  const attributes = {
    ID: options.id ?? defaults.id,
    Version: options.version ?? '2.0',
    IssueInstant: instant(options.issueInstant ?? defaults.now),
    Destination: options.destination === undefined ? defaults.destination : (options.destination ?? undefined),
    ForceAuthn: options.forceAuthn?.toString(),
    IsPassive: options.isPassive?.toString(),
    AssertionConsumerServiceURL: typeof acs === 'object' && 'url' in acs ? acs.url : undefined,
    AssertionConsumerServiceIndex: typeof acs === 'object' && 'index' in acs ? String(acs.index) : undefined,
    ProtocolBinding: options.protocolBinding,
    AttributeConsumingServiceIndex: options.attributeConsumingServiceIndex?.toString(),
  };
  const xml = [
    `<samlp:AuthnRequest xmlns:samlp="${ns.samlp}" xmlns:saml="${ns.saml}"${writeAttributes(attributes)}>`,
    issuer === null ? '' : `<saml:Issuer>${escapeMarkup(issuer)}</saml:Issuer>`,
    nameIdPolicy(options.nameIdPolicy),
    requestedAuthnContext(options.requestedAuthnContext),
    options.scoping ?? '',
    options.extra ?? '',
    '</samlp:AuthnRequest>',
  ].join('');
  return options.alter === undefined ? xml : options.alter(xml);
}

const instant = (when: string | number): string => (typeof when === 'string' ? when : new Date(when).toISOString());

function nameIdPolicy(policy: AuthnRequestOptions['nameIdPolicy']): string {
  if (policy === undefined) return '';
  return `<samlp:NameIDPolicy${writeAttributes({
    Format: policy.format,
    SPNameQualifier: policy.spNameQualifier,
    AllowCreate: policy.allowCreate?.toString(),
  })}/>`;
}

function requestedAuthnContext(requested: AuthnRequestOptions['requestedAuthnContext']): string {
  if (requested === undefined) return '';
  const classes = requested.classes.map(
    (uri) => `<saml:AuthnContextClassRef>${escapeMarkup(uri)}</saml:AuthnContextClassRef>`,
  );
  const comparison = writeAttributes({ Comparison: requested.comparison });
  return `<samlp:RequestedAuthnContext${comparison}>${classes.join('')}</samlp:RequestedAuthnContext>`;
}

/** ` name="value"` for each that is there. */
export function writeAttributes(attributes: Readonly<Record<string, string | undefined>>): string {
  return Object.entries(attributes)
    .map(([name, value]) => (value === undefined ? '' : ` ${name}="${escapeMarkup(value)}"`))
    .join('');
}

/** Text for XML or HTML, in content or between quotes. */
export const escapeMarkup = (text: string): string =>
  text.replace(/[&<>"'\t\r\n]/g, (character) => `&#${character.charCodeAt(0)};`);
