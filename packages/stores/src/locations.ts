/** PostgreSQL, the first of several hosts that takes writes. */
export type PostgresLocation = {
  readonly kind: 'postgres';
  /** In the order in which they are tried. */
  readonly hosts: readonly { readonly host: string; readonly port: number }[];
  readonly database: string;
  readonly user: string;
  readonly password: string | undefined;
  /** Undefined: without TLS. `ca` is PEM text; undefined: the machine's own roots. The server's name is verified. */
  readonly tls: { readonly ca: string | undefined } | undefined;
  /** Connections at most. */
  readonly pool: number;
};

/** Where what must never be lost is kept. */
export type RecordsLocation =
  | { readonly kind: 'memory' }
  /** A file, which is made when there is none. */
  | { readonly kind: 'sqlite'; readonly file: string }
  | PostgresLocation;

export type RedisHost = { readonly host: string; readonly port: number };

/** Redis: one server, a master that Sentinels name, or a Cluster. */
export type RedisLocation = {
  readonly kind: 'redis';
  readonly servers:
    | { readonly shape: 'single'; readonly host: string; readonly port: number; readonly database: number }
    | {
        readonly shape: 'sentinel';
        /** What the Sentinels call the master. */
        readonly name: string;
        readonly sentinels: readonly RedisHost[];
        /** Of the Sentinels themselves. */
        readonly sentinelUsername: string | undefined;
        readonly sentinelPassword: string | undefined;
      }
    | { readonly shape: 'cluster'; readonly nodes: readonly RedisHost[] };
  readonly username: string | undefined;
  readonly password: string | undefined;
  /** Undefined: without TLS; holds for the Sentinels too. `ca` is PEM text; undefined: the machine's own roots. */
  readonly tls: { readonly ca: string | undefined } | undefined;
  /** In front of every key, so that one server may hold more than Gakumon. */
  readonly prefix: string;
};

/** Where what lives for minutes or hours is kept. */
export type SessionsLocation = { readonly kind: 'records' } | { readonly kind: 'memory' } | RedisLocation;
