import type { AttemptId, BrowserId, CaseReference, ErrorCode, SessionToken, Username } from '@gakumon/terms';

/** Something a person proved: which authenticator, when (milliseconds), from which address. Facts are never edited. */
export type AuthenticationFact = {
  readonly authenticator: 'password';
  readonly at: number;
  readonly address: string;
};

/** Which attempts have been answered. */
export interface AttemptLedger {
  /**
   * Marks the attempt as answered. Atomic: of any number of callers exactly one is told `true`.
   * @param keepUntil milliseconds; after it the mark may be forgotten (the attempt itself is stale by then)
   */
  consume(attempt: AttemptId, keepUntil: number): Promise<boolean>;
  isConsumed(attempt: AttemptId): Promise<boolean>;
}

/** Progress of one login, kept on the server from the first accepted credential on; bound to attempt and browser. */
export type PendingLogin = {
  readonly attempt: AttemptId;
  readonly browser: BrowserId;
  readonly username: Username;
  readonly facts: readonly AuthenticationFact[];
  readonly expiresAt: number;
};

export interface PendingLogins {
  find(attempt: AttemptId, browser: BrowserId): Promise<PendingLogin | undefined>;
  /**
   * Appends a fact in one atomic step, and makes the pending login when there is none. A fact about another person
   * replaces what was there: two people's facts never mix.
   */
  appendFact(login: Omit<PendingLogin, 'facts'>, fact: AuthenticationFact): Promise<PendingLogin>;
  remove(attempt: AttemptId, browser: BrowserId): Promise<void>;
}

/** A service provider that was signed in to within a session; what logout needs later. */
export type SessionServiceProvider = {
  readonly entityId: string;
  readonly sessionIndex: string;
  readonly nameId: { readonly format: string; readonly value: string };
  readonly at: number;
};

export type SsoSession = {
  readonly username: Username;
  readonly facts: readonly AuthenticationFact[];
  readonly serviceProviders: readonly SessionServiceProvider[];
  readonly createdAt: number;
  /** The last time an SP was answered from it. */
  readonly usedAt: number;
  /** The end whatever happens, milliseconds. */
  readonly expiresAt: number;
};

/**
 * SSO sessions. Every method is one atomic step; the appending ones refuse a missing, expired or revoked session
 * (they return undefined and write nothing), so that a request in flight never brings a revoked session back.
 */
export interface SsoSessions {
  /** @param idle how long a session may lie unused, milliseconds */
  find(token: SessionToken, now: number, idle: number): Promise<SsoSession | undefined>;
  create(token: SessionToken, session: SsoSession): Promise<void>;
  appendFact(token: SessionToken, fact: AuthenticationFact): Promise<SsoSession | undefined>;
  /** Also sets `usedAt` to `sp.at`. A second visit to the same SP replaces its entry. */
  appendServiceProvider(token: SessionToken, sp: SessionServiceProvider): Promise<SsoSession | undefined>;
  /** @returns the session as it was, or undefined when there was none */
  revoke(token: SessionToken): Promise<SsoSession | undefined>;
  listOfPerson(username: Username, now: number): Promise<readonly SsoSession[]>;
}

/** Counters that hold still when nobody proved anything: their keys are already hashed into a fixed number of buckets. */
export interface Throttles {
  /** Adds one and tells how many there are in the window that is open now. The first hit opens a window of `windowMs`. */
  hit(bucket: string, windowMs: number, now: number): Promise<{ count: number; resetsAt: number }>;
  peek(bucket: string, now: number): Promise<{ count: number; resetsAt: number }>;
  /**
   * Gives one hit back, for a try that came to nothing. Never below zero.
   * @param resetsAt as `hit` told it: what belongs to a window that is over takes nothing from the one that is open now
   */
  release(bucket: string, resetsAt: number): Promise<void>;
  clear(bucket: string): Promise<void>;
}

/** A refusal, so that the help desk can look it up. Holds nothing that opens anything. */
export type Case = {
  readonly reference: CaseReference;
  readonly at: number;
  readonly code: ErrorCode;
  readonly detail: string | undefined;
  readonly serviceProvider: string | undefined;
  readonly username: string | undefined;
  readonly address: string | undefined;
};

/** A ring: the newest cases push out the oldest. */
export interface Cases {
  record(entry: Case): Promise<void>;
  find(reference: CaseReference): Promise<Case | undefined>;
}
