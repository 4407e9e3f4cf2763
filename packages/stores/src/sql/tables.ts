/** The one schema: text, integer (milliseconds and counts) and blob columns only, so that each engine keeps it alike. */
export type Tables = {
  schema_version: { version: number };
  /** Counters and generations: `cases`, `departures`, `heartbeats`, `revocations`, `sealed KIND`. */
  counters: { name: string; value: number };
  consumed_attempts: { attempt: string; keep_until: number };
  pending_logins: {
    attempt: string;
    browser: string;
    username: string;
    /** JSON: AuthenticationFact[] */
    facts: string;
    expires_at: number;
    /** Fresh with every write: what a compare-and-set compares. A counter would repeat after remove and re-create. */
    revision: string;
  };
  /** Unused since schema 2; a later one drops it. */
  sso_sessions: {
    /** SHA-256 of the token, hex. */
    token_hash: string;
    username: string;
    facts: string;
    service_providers: string;
    created_at: number;
    used_at: number;
    expires_at: number;
    revision: string;
  };
  sessions: {
    id: string;
    username: string;
    /** JSON: AuthenticationFact[] */
    facts: string;
    /** JSON: SessionServiceProvider[] */
    service_providers: string;
    created_at: number;
    idle_at: number;
    expires_at: number;
    revision: string;
  };
  throttles: { bucket: string; hits: number; resets_at: number };
  cases: {
    /** sequence mod capacity: the newest case takes the place of the oldest. */
    slot: number;
    sequence: number;
    reference: string;
    at: number;
    code: string;
    detail: string | null;
    service_provider: string | null;
    username: string | null;
    address: string | null;
    attempt: string | null;
    /** JSON: CaseEvent[] */
    timeline: string | null;
  };
  /** Not believed any more, since anybody who writes here could add to it; a later schema drops it. */
  loaded_metadata: { name: string; xml: Uint8Array; loaded_at: number };
  revocations: {
    id: string;
    username: string;
    session: string | null;
    /** The session that an order about all of a person's leaves alone. */
    kept_session: string | null;
    at: number;
    keep_until: number;
  };
  history: {
    id: string;
    at: number;
    kind: string;
    username: string;
    actor: string;
    service_provider: string | null;
    session: string | null;
    address: string | null;
    detail: string | null;
  };
  /** When people last logged in to a service provider, in the time of the node that noted it. */
  service_provider_use: { entity_id: string; last_used: number };
  /** Who leaves, or has left, and what named them. */
  departures: {
    username: string;
    at: number;
    /** `gone` or `alumni`. */
    left_as: string;
    blocked_until: number;
    /** JSON: digests of what named the person */
    identifiers: string;
    /** The login name under which the same human being goes on. */
    successor: string | null;
  };
  /** Shibboleth's `shibpid`: of one person at one SP there is one at most that is not deactivated. */
  stored_ids: {
    local_entity: string;
    peer_entity: string;
    persistent_id: string;
    principal_name: string;
    local_id: string;
    peer_provided_id: string | null;
    creation_date: number;
    deactivation_date: number | null;
  };
  release_log: {
    id: string;
    at: number;
    username: string;
    service_provider: string;
    /** JSON: names of the dictionary */
    attributes: string;
    name_id_format: string;
    /** JSON: texts, each a kind and a digest */
    identifiers: string;
  };
  /** Whom an identifier named where; never its value. */
  issued_identifiers: {
    digest: string;
    kind: string;
    username: string;
    service_provider: string;
    first_at: number;
    last_at: number;
  };
  sealed_records: { kind: string; name: string; key_id: string; sealed: Uint8Array; revision: string };
};
