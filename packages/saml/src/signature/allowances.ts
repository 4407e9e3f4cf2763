/** What a signature may have beyond what messages may; each is allowed by name. */
export type SignatureAllowances = {
  /** A Reference with URI="", which means the whole document; some federations sign aggregates so. */
  readonly allowEmptyUri?: boolean;
  /** Canonical XML 1.0 beside exclusive canonicalisation, for SignedInfo and for the Reference. */
  readonly allowInclusive?: boolean;
  /** RSA with SHA-1, and SHA-1 digests. Collisions can be bought; only for a source that has nothing better. */
  readonly allowSha1?: boolean;
};
