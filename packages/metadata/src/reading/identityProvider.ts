import type { Endpoint, EntityDescription } from './entityDescription.ts';

/** An shibmd:Scope: a domain that the values of scoped attributes may carry. */
export type Scope = {
  readonly value: string;
  /** Then the value is a pattern of somebody else's, to be shown and never to be run. */
  readonly isRegexp: boolean;
};

/** mdui:DiscoHints (SAML V2.0 Metadata Extensions for Login and Discovery User Interface 2.2). */
export type DiscoveryHints = {
  /** Address ranges in CIDR notation. */
  readonly ipRanges: readonly string[];
  readonly domains: readonly string[];
  /** Degrees. */
  readonly places: readonly { readonly latitude: number; readonly longitude: number }[];
};

/** One identity provider, as verified metadata tells it, for an operator to look at. Everything here was validated. */
export type IdentityProvider = EntityDescription & {
  readonly scopes: readonly Scope[];
  readonly discoHints: DiscoveryHints;
  readonly singleSignOnServices: readonly Endpoint[];
  readonly wantAuthnRequestsSigned: boolean;
};
