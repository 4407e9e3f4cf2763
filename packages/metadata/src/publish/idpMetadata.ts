import { createHash } from 'node:crypto';
import { element, formatDateTime, type OutElement, signatureAlgorithms, writeCanonical } from '@gakumon/saml';
import { bindings, type EntityId, type Localised, nameIdFormats, ns } from '@gakumon/terms';
import { keyDescriptor, type PublishedKey } from './keyDescriptor.ts';
import { contactPerson, localised, organization, type PublishedContact } from './people.ts';
import { type DiscoHints, discoHints, type Logo, uiInfo } from './uiInfoElement.ts';

/** What our own metadata says. Everything that is optional is left out, or made from the rest. */
export type IdpMetadataSettings = {
  readonly entityId: EntityId;
  /** Without a slash at its end. */
  readonly baseUrl: string;
  /** The domains that our scoped attributes may carry (shibmd:Scope). */
  readonly scopes: readonly string[];
  readonly organization: Localised;
  /** The organisation's own site; the IdP's front page when undefined. */
  readonly organizationUrl?: Localised | undefined;
  /** How discovery services list this IdP; the organisation's name when undefined. */
  readonly displayName?: Localised | undefined;
  readonly description?: Localised | undefined;
  readonly informationUrl?: Localised | undefined;
  readonly privacyStatementUrl?: Localised | undefined;
  readonly logo?: Logo | undefined;
  readonly keywords?: readonly string[] | undefined;
  readonly discoHints?: DiscoHints | undefined;
  /** Where an SP may send a person whose login failed there; the IdP's front page when undefined. */
  readonly errorUrl?: string | undefined;
  readonly contacts: readonly PublishedContact[];
  /** SAML Metadata 2.4.3 WantAuthnRequestsSigned; left out when false, which is what that means. */
  readonly wantAuthnRequestsSigned?: boolean | undefined;
  /** The keys of this IdP, the one in use first; at least one. */
  readonly keys: readonly PublishedKey[];
  /** NameID formats on offer; the transient one alone when undefined. */
  readonly nameIdFormats?: readonly string[] | undefined;
  /**
   * Milliseconds since the epoch. A federation keeps what it was given for years, so that it is left out unless an SP
   * reads this metadata again and again.
   */
  readonly validUntil?: number | undefined;
  /** How long a copy may be kept without looking again, milliseconds (SAML Metadata 2.3.2). */
  readonly cacheDuration?: number | undefined;
};

/** What signatures are verified by, the ones to prefer first: an SP picks the first that it can make. */
const methods = Object.values(signatureAlgorithms);
const digestUris = [...new Set(methods.map(({ digestUri }) => digestUri))];

/**
 * Builds our own md:EntityDescriptor (SAML Metadata 2.3.2, 2.4.3) with scopes, mdui, algorithm support and both SSO
 * bindings. Its ID is made from its contents: the same settings always give the same bytes.
 */
export function buildIdpMetadata(settings: IdpMetadataSettings): OutElement {
  const id = createHash('sha256')
    .update(writeCanonical(entityDescriptor(settings, undefined)))
    .digest('hex');
  return entityDescriptor(settings, `_${id.slice(0, 40)}`);
}

function entityDescriptor(settings: IdpMetadataSettings, id: string | undefined): OutElement {
  const { entityId, validUntil, cacheDuration } = settings;
  return element(
    'md:EntityDescriptor',
    {
      ID: id,
      entityID: entityId,
      validUntil: validUntil === undefined ? undefined : formatDateTime(validUntil),
      cacheDuration: cacheDuration === undefined ? undefined : `PT${Math.floor(cacheDuration / 1000)}S`,
    },
    element(
      'md:Extensions',
      {},
      ...digestUris.map((uri) => element('alg:DigestMethod', { Algorithm: uri })),
      ...methods.map(({ uri }) => element('alg:SigningMethod', { Algorithm: uri })),
    ),
    idpSsoDescriptor(settings),
    organization(settings.organization, settings.organizationUrl ?? frontPage(settings)),
    ...settings.contacts.map(contactPerson),
  );
}

function idpSsoDescriptor(settings: IdpMetadataSettings): OutElement {
  const sso = `${settings.baseUrl}/idp/profile/SAML2`;
  return element(
    'md:IDPSSODescriptor',
    {
      protocolSupportEnumeration: ns.samlp,
      errorURL: settings.errorUrl ?? `${settings.baseUrl}/`,
      WantAuthnRequestsSigned: settings.wantAuthnRequestsSigned ? 'true' : undefined,
    },
    element(
      'md:Extensions',
      {},
      ...settings.scopes.map((scope) => element('shibmd:Scope', { regexp: 'false' }, scope)),
      uiInfo({ ...settings, displayName: settings.displayName ?? settings.organization }),
      settings.discoHints && discoHints(settings.discoHints),
    ),
    ...settings.keys.map(keyDescriptor),
    ...(settings.nameIdFormats ?? [nameIdFormats.transient]).map((format) => element('md:NameIDFormat', {}, format)),
    element('md:SingleSignOnService', { Binding: bindings.redirect, Location: `${sso}/Redirect/SSO` }),
    element('md:SingleSignOnService', { Binding: bindings.post, Location: `${sso}/POST/SSO` }),
  );
}

function frontPage({ baseUrl }: IdpMetadataSettings): Localised {
  return localised((language) => `${baseUrl}/?lang=${language}`);
}
