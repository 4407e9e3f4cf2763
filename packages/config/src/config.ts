import type { EntityId, Localised } from '@gakumon/terms';

/** A person or desk to turn to, for the metadata. */
export type Contact = {
  readonly type: 'technical' | 'support' | 'administrative';
  readonly name: string;
  readonly email: string;
};

/** Where SP metadata comes from. Paths are absolute. */
export type MetadataSource = {
  readonly name: string;
  readonly from: { readonly file: string } | { readonly directory: string };
  /** PEM files of pinned signer keys; empty only with `unsigned`. */
  readonly certificates: readonly string[];
  readonly unsigned: boolean;
};

/** gakumon.yaml after validation, frozen at start. All paths are absolute, all durations milliseconds. */
export type Config = {
  /** The file it was read from. */
  readonly file: string;
  readonly idp: {
    readonly entityId: EntityId;
    /** Without a slash at its end, e.g. `https://idp.example.ac.jp`. */
    readonly baseUrl: string;
    readonly scopes: readonly string[];
    readonly organization: Localised;
    readonly supportUrl: string | undefined;
    readonly contacts: readonly Contact[];
  };
  readonly listen: {
    readonly host: string;
    readonly port: number;
    /** CIDRs of proxies whose X-Forwarded-For is believed (law 6). */
    readonly trustedProxies: readonly string[];
  };
  readonly keys: { readonly directory: string };
  readonly stores: {
    /** A file for SQLite; `memory` in tests. */
    readonly records: string;
    readonly sessions: 'records' | 'memory';
  };
  /** How long one login lasts: unused, and at most. */
  readonly sessions: { readonly idle: number; readonly lifetime: number };
  readonly directory: readonly { readonly name: string; readonly file: string; readonly scope: string | undefined }[];
  readonly metadata: { readonly sources: readonly MetadataSource[] };
  readonly documents: { readonly release: string | undefined; readonly sps: string | undefined };
};
