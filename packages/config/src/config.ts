import type { MetadataSource } from '@gakumon/metadata';
import type { EntityId, Localised } from '@gakumon/terms';
import type { LdapConfig } from './directories/ldapConfig.ts';
import type { FreshnessConfig, SourceConfig } from './sources/config.ts';

export type * from './sources/config.ts';

/** A person or desk to turn to, for the metadata. */
export type Contact = {
  readonly type: 'technical' | 'support' | 'administrative' | 'security';
  readonly name: string;
  readonly email: string;
};

/** Where a secret is kept; never its value. Files are absolute. */
export type Secret = { readonly file: string } | { readonly env: string };

/** Where SP metadata comes from, how it is judged, and what its SPs can decrypt. Paths are absolute. */
export type ConfiguredSource = MetadataSource & {
  /** The mode of AES for its SPs whose metadata names no cipher: old software can't do GCM. */
  readonly encryption: 'gcm' | 'cbc' | undefined;
};

/** Somewhere people are known, and what its people have in common. */
export type DirectoryConfig = {
  readonly name: string;
  /** Login names that it may know, with `*` for anything; undefined: any. */
  readonly match?: readonly string[] | undefined;
  readonly scope: string | undefined;
  /** The affiliations of its people of whom it tells none. */
  readonly affiliation?: readonly string[] | undefined;
} & DirectoryPlace;

export type DirectoryPlace =
  | { readonly kind: 'file'; readonly file: string }
  | { readonly kind: 'ldap'; readonly ldap: LdapConfig }
  /** The guests in the records. */
  | { readonly kind: 'guests' };

/** One that is a file. */
export type FileDirectoryConfig = DirectoryConfig & { readonly kind: 'file' };

/** One way to compute identifiers that differ from SP to SP, with its own start values; see computeId in attributes. */
export type ComputedGeneratorConfig = {
  readonly name: string;
  /** `username`, or the name of an attribute. */
  readonly source: string;
  readonly salt: Secret;
  /** `text`: the octets of the text itself. `base64`: what it stands for. */
  readonly saltEncoding: 'text' | 'base64';
  readonly algorithm: 'sha1' | 'sha256';
  readonly encoding: 'base32' | 'base64';
};

/** Identifiers that are kept in the records; `first` says how the first one of a person at an SP is made. */
export type StoredGeneratorConfig = {
  readonly kind: 'stored';
  readonly name: string;
  readonly source: string;
} & (
  | { readonly first: 'random' }
  | ({ readonly first: 'computed' } & Omit<ComputedGeneratorConfig, 'name' | 'source'>)
);

export type IdentifierGeneratorConfig = ComputedGeneratorConfig | StoredGeneratorConfig;

/** Which generator makes what, by its name; every one that is named here is in the list. */
export type Identifiers = {
  readonly generators: readonly IdentifierGeneratorConfig[];
  readonly targetedId: string;
  readonly pairwiseId: string;
  /** Persistent NameIDs. */
  readonly persistent: string;
};

export type HostConfig = { readonly host: string; readonly port: number };

/** `ca` is the absolute path of a PEM file; undefined: the machine's own roots. */
export type TlsConfig = { readonly ca: string | undefined };

/** Where what must never be lost is kept. */
export type RecordsConfig =
  | { readonly kind: 'memory' }
  | { readonly kind: 'sqlite'; readonly file: string }
  | {
      readonly kind: 'postgres';
      /** In the order in which they are tried; the first that takes writes is used. */
      readonly hosts: readonly HostConfig[];
      readonly database: string;
      readonly user: string;
      readonly password: Secret | undefined;
      readonly tls: TlsConfig | undefined;
      /** Connections at most. */
      readonly pool: number;
    };

/** Where what lives for minutes or hours is kept. */
export type SessionsConfig =
  | { readonly kind: 'records' }
  | { readonly kind: 'memory' }
  | {
      readonly kind: 'redis';
      readonly servers:
        | { readonly shape: 'single'; readonly host: string; readonly port: number; readonly database: number }
        | {
            readonly shape: 'sentinel';
            readonly name: string;
            readonly sentinels: readonly HostConfig[];
            readonly sentinelUsername: string | undefined;
            readonly sentinelPassword: Secret | undefined;
          }
        | { readonly shape: 'cluster'; readonly nodes: readonly HostConfig[] };
      readonly username: string | undefined;
      readonly password: Secret | undefined;
      readonly tls: TlsConfig | undefined;
      /** In front of every key. */
      readonly prefix: string;
    };

/** gakumon.yaml after validation, frozen at start. All paths are absolute, all durations milliseconds. */
export type Config = {
  /** The file it was read from. */
  readonly file: string;
  readonly idp: {
    readonly entityId: EntityId;
    /** Scheme, host and port, without a slash at its end, e.g. `https://idp.example.ac.jp`. */
    readonly baseUrl: string;
    readonly scopes: readonly string[];
    readonly organization: Localised;
    /** The organisation's own site. */
    readonly organizationUrl: Localised | undefined;
    /** Where a person whose login failed finds help; also md:IDPSSODescriptor/@errorURL. */
    readonly supportUrl: string | undefined;
    /** What discovery services show (mdui:UIInfo); the display name is the organisation's when undefined. */
    readonly displayName: Localised | undefined;
    readonly description: Localised | undefined;
    readonly informationUrl: Localised | undefined;
    readonly privacyStatementUrl: Localised | undefined;
    readonly logo: { readonly url: string; readonly width: number; readonly height: number } | undefined;
    /** What a discovery service finds this IdP by (mdui:Keywords, mdui:DiscoHints). */
    readonly discovery:
      | {
          readonly keywords: readonly string[];
          readonly ipHints: readonly string[];
          readonly domainHints: readonly string[];
          readonly geolocationHints: readonly string[];
        }
      | undefined;
    readonly contacts: readonly Contact[];
    /** Refuse every AuthnRequest without a signature, and say so in our metadata. */
    readonly wantAuthnRequestsSigned: boolean;
    /** How long our metadata says that it is valid, from whenever it is asked for; undefined: it says nothing. */
    readonly metadataValidity: number | undefined;
  };
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** CIDRs of proxies whose X-Forwarded-For is believed (law 6). */
    readonly trustedProxies: readonly string[];
    /** Where monitors ask for the metrics; `off`: nowhere. */
    readonly management: HostConfig | 'off';
  };
  readonly keys: {
    readonly directory: string;
    /** What attempts and form tokens are sealed with. */
    readonly sealing: Secret;
    /** The salt of persistent identifiers; it must never change, or everybody becomes somebody else at every SP. */
    readonly salt: Secret;
  };
  readonly identifiers: Identifiers;
  readonly stores: { readonly records: RecordsConfig; readonly sessions: SessionsConfig };
  /** How long one login lasts: unused, and at most. */
  readonly sessions: { readonly idle: number; readonly lifetime: number };
  readonly directory: readonly DirectoryConfig[];
  /** What else knows of people, all asked at once. */
  readonly sources: readonly SourceConfig[];
  readonly freshness: FreshnessConfig;
  readonly metadata: {
    /** The folder of the last good copies; it may be deleted at any time, and is then filled again. */
    readonly cache: string;
    /** The HTTP proxy that leads to url and mdq sources, as `http://host:port`; undefined: the way is direct. */
    readonly proxy?: string | undefined;
    /** The most trusted first. */
    readonly sources: readonly ConfiguredSource[];
  };
  readonly documents: {
    readonly release: string | undefined;
    readonly sps: string | undefined;
    readonly policy?: string | undefined;
    readonly attributes?: string | undefined;
  };
};
