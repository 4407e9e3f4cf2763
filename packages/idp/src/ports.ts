import type { AuthenticationFact } from '@gakumon/mfa';
import type { AttemptId, BrowserId, CaseReference, ErrorCode, SessionId, Username } from '@gakumon/terms';

export type { AuthenticationFact, AuthenticatorRecords, KnownPlaces, SingleUseCodes } from '@gakumon/mfa';

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
  /** Puts the end off, for somebody who enrols an authenticator; never forward. @returns whether there is one that is not over */
  prolong(attempt: AttemptId, browser: BrowserId, expiresAt: number): Promise<boolean>;
  remove(attempt: AttemptId, browser: BrowserId): Promise<void>;
}

/** A service provider that was signed in to within a session; what logout needs later. */
export type SessionServiceProvider = {
  readonly entityId: string;
  readonly nameId: { readonly format: string; readonly value: string };
  readonly at: number;
};

export type SsoSession = {
  /** Its name, which opens nothing: only the token that it was made from does (`sessionIdOf`). */
  readonly id: SessionId;
  readonly username: Username;
  readonly facts: readonly AuthenticationFact[];
  readonly serviceProviders: readonly SessionServiceProvider[];
  readonly createdAt: number;
  /** When it ends unless it is used before, milliseconds; never after `expiresAt`. */
  readonly idleAt: number;
  /** The end whatever happens, milliseconds. */
  readonly expiresAt: number;
};

/**
 * SSO sessions. Every method is one atomic step; the appending ones refuse a session that is missing, revoked or over
 * (they return undefined and write nothing), so that a request in flight never brings a revoked session back.
 */
export interface SsoSessions {
  find(id: SessionId, now: number): Promise<SsoSession | undefined>;
  create(session: SsoSession): Promise<void>;
  appendFact(id: SessionId, fact: AuthenticationFact): Promise<SsoSession | undefined>;
  /**
   * Writes down a visit; a second one to the same SP replaces its entry.
   * @param idleAt the new `idleAt`, cut to `expiresAt`; one before the present one changes nothing of it
   */
  appendServiceProvider(
    id: SessionId,
    serviceProvider: SessionServiceProvider,
    idleAt: number,
  ): Promise<SsoSession | undefined>;
  /** @returns the session as it was, or undefined when there was none */
  revoke(id: SessionId): Promise<SsoSession | undefined>;
  /** The sessions that are not over, oldest first. */
  listOfPerson(username: Username, now: number): Promise<readonly SsoSession[]>;
}

/**
 * An order that sessions are over, which outlives the store of the sessions: a fail-over of that store may lose the
 * deletion of a session, and this still holds.
 */
export type Revocation = {
  readonly username: Username;
  /** One session; undefined: every session of the person that began at or before `at`. */
  readonly session: SessionId | undefined;
  /** The one session that an order about all of a person's leaves alone: that of whoever gave it. */
  readonly except?: SessionId | undefined;
  readonly at: number;
  /** When no session can be left that it is about, milliseconds. */
  readonly keepUntil: number;
};

/** Revocations, in the records. Nodes hold those that still count in memory, and look every second whether there are more. */
export interface Revocations {
  add(revocation: Revocation): Promise<void>;
  /** Those whose `keepUntil` is after `now`. */
  list(now: number): Promise<readonly Revocation[]>;
  /** Grows with each `add`. */
  generation(): Promise<number>;
}

/** Something that happened, for people and staff to look up later. */
export type HistoryEvent = {
  /** Fresh for each event, so that one which is appended twice is written once. */
  readonly id: string;
  readonly at: number;
  readonly kind:
    | 'sign-on'
    | 'session-ended'
    | 'sessions-ended'
    | 'identifier-looked-up'
    | 'identifier-reissued'
    | 'authenticator-added'
    | 'authenticator-removed'
    | 'authenticator-exported'
    | 'authenticator-throttled'
    | 'password-changed'
    | 'guest-added'
    | 'guest-extended'
    | 'guest-password-given'
    | 'guest-removed'
    | 'departed'
    | 'returned';
  readonly username: Username;
  /** Who did it. */
  readonly actor: 'person' | 'operator' | 'system';
  readonly serviceProvider: string | undefined;
  readonly session: SessionId | undefined;
  readonly address: string | undefined;
  /** In a few words, for staff. */
  readonly detail: string | undefined;
};

/** What happened, in the records. */
export interface History {
  append(events: readonly HistoryEvent[]): Promise<void>;
  /** The newest first. */
  listOfPerson(username: Username, limit: number): Promise<readonly HistoryEvent[]>;
}

/**
 * Somebody who leaves the university, or has left. What named them stays theirs for a while: nobody else gets it, and
 * their login name opens nothing (GakuNin's 24 months).
 */
export type Departure = {
  readonly username: Username;
  /** When it takes effect, milliseconds; may be to come. */
  readonly at: number;
  /** `gone`: the account is closed. `alumni`: it stays open, and its person is no member any more. */
  readonly as: 'gone' | 'alumni';
  /** Until when what named them may not name anybody else, milliseconds. */
  readonly blockedUntil: number;
  /** What named them, as `identifierDigest` writes it. */
  readonly identifiers: readonly string[];
  /** The login name under which the same human being goes on, who may be named by all of it. */
  readonly successor?: Username | undefined;
};

/** Departures, in the records. Nodes hold them in memory, and look every second whether there are more. */
export interface Departures {
  /**
   * Writes them, each in the place of an earlier one of the same name; all or none. What named somebody by the earlier one
   * stays theirs, as long as that is not over by the day of the later one.
   */
  put(departures: readonly Departure[]): Promise<void>;
  /** @returns whether there was one */
  remove(username: Username): Promise<boolean>;
  /** Those whose `blockedUntil` is after `now`. */
  list(now: number): Promise<readonly Departure[]>;
  /** Grows with each change. */
  generation(): Promise<number>;
}

/** An identifier that was drawn for a person at one SP, in the shape of Shibboleth's `shibpid`. Times are milliseconds. */
export type StoredId = {
  readonly localEntity: string;
  readonly peerEntity: string;
  readonly persistentId: string;
  readonly principalName: string;
  /** The source value that it stands for. */
  readonly localId: string;
  readonly peerProvidedId: string | undefined;
  readonly creationDate: number;
  readonly deactivationDate: number | undefined;
};

/** Stored identifiers, in the records. */
export interface StoredIds {
  /** The one that is in force, else the one that was deactivated last. */
  find(localEntity: string, peerEntity: string, localId: string): Promise<StoredId | undefined>;
  /** Writes one unless there is one in force already. Atomic: whoever asks at once is told the same. @returns the one in force */
  add(id: StoredId): Promise<StoredId>;
  /** @returns whether it was in force */
  deactivate(localEntity: string, peerEntity: string, persistentId: string, at: number): Promise<boolean>;
  /** Of each source value that has one in force, at any SP. */
  listSourceValues(localEntity: string): Promise<readonly string[]>;
  /** Deactivates what is in force for these source values, at every SP. @returns how many it were */
  deactivateAll(localEntity: string, localIds: readonly string[], at: number): Promise<number>;
  /** Of every SP, in force or not. */
  findByValue(persistentId: string): Promise<readonly StoredId[]>;
  listOfPerson(principalName: string): Promise<readonly StoredId[]>;
}

/** What left the house in one answer. */
export type ReleaseEvent = {
  /** Fresh for each event, so that one which is appended twice is written once. */
  readonly id: string;
  readonly at: number;
  readonly username: Username;
  readonly serviceProvider: string;
  /** Names of the dictionary. */
  readonly attributes: readonly string[];
  readonly nameIdFormat: string;
  /** What named the person there; never the values themselves. */
  readonly identifiers: readonly IssuedIdentifier[];
};

export type IssuedIdentifier = {
  readonly kind:
    | 'transient'
    | 'persistent'
    | 'eduPersonTargetedID'
    | 'pairwise-id'
    | 'subject-id'
    | 'eduPersonPrincipalName'
    | 'eduPersonUniqueId';
  /** As `identifierDigest` writes it. */
  readonly digest: string;
};

/** Whom an identifier named, where, and when it was given out first and last. */
export type IdentifierUse = Omit<IssuedIdentifier, 'digest'> & {
  readonly username: Username;
  readonly serviceProvider: string;
  readonly firstAt: number;
  readonly lastAt: number;
};

/** The release log, in the records. */
export interface ReleaseLog {
  append(events: readonly ReleaseEvent[]): Promise<void>;
  /** The newest first. */
  list(
    wanted: {
      readonly username?: Username | undefined;
      readonly serviceProvider?: string | undefined;
      readonly since?: number | undefined;
    },
    limit: number,
  ): Promise<readonly ReleaseEvent[]>;
  /** The latest use first. Transient ones are known for 90 days, others for 24 months after their last use. */
  findIdentifier(digest: string): Promise<readonly IdentifierUse[]>;
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
  /** The login that it was in, so that all its refusals can be read together; undefined outside one. */
  readonly attempt?: AttemptId | undefined;
  /** What led to it, oldest first; redacted. */
  readonly timeline?: readonly CaseEvent[] | undefined;
};

/** One line of a case: what happened, in words for staff. Holds no code, no password, no secret. */
export type CaseEvent = {
  readonly at: number;
  readonly kind: 'asked' | 'placed' | 'rule' | 'required' | 'proved' | 'tried' | 'told';
  readonly text: string;
};

/** A ring: the newest cases push out the oldest. */
export interface Cases {
  record(entry: Case): Promise<void>;
  find(reference: CaseReference): Promise<Case | undefined>;
  /** All of one login, oldest first. For staff: it may look through the whole ring. */
  listOfAttempt(attempt: AttemptId): Promise<readonly Case[]>;
}
