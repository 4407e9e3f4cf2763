import type { Idp } from '../idp.ts';
import type { HistoryEvent, SsoSession } from '../ports.ts';

/** What writing an event down takes. */
export type Chronicle = Pick<Idp, 'history' | 'clock' | 'newId'>;

/** Who ended something, from where, and why. */
export type Ending = {
  readonly actor: HistoryEvent['actor'];
  readonly address?: string | undefined;
  /** In a few words, for staff. */
  readonly detail?: string | undefined;
};

/** Writes down that somebody was signed on to a service; undefined: to our own pages. */
export function noteSignOn(
  idp: Chronicle,
  { id, username }: Pick<SsoSession, 'id' | 'username'>,
  serviceProvider: string | undefined,
  address: string,
): void {
  idp.history.append({
    id: idp.newId(),
    at: idp.clock(),
    kind: 'sign-on',
    username,
    actor: 'person',
    serviceProvider,
    session: id,
    address,
    detail: undefined,
  });
}

/** Writes down that one session was ended, or (`session` undefined) those of the person. */
export function noteEnd(
  idp: Chronicle,
  { username, session }: Pick<HistoryEvent, 'username' | 'session'>,
  { actor, address, detail }: Ending,
): void {
  idp.history.append({
    id: idp.newId(),
    at: idp.clock(),
    kind: session === undefined ? 'sessions-ended' : 'session-ended',
    username,
    actor,
    serviceProvider: undefined,
    session,
    address,
    detail,
  });
}

/** What happened to an authenticator of somebody. */
export type AuthenticatorEvent = {
  readonly kind: Extract<HistoryEvent['kind'], `authenticator-${string}`>;
  readonly username: HistoryEvent['username'];
  readonly authenticator: { readonly kind: string; readonly name: string };
};

/** Writes down what happened to an authenticator. */
export function noteAuthenticator(
  idp: Chronicle,
  { kind, username, authenticator }: AuthenticatorEvent,
  { actor, address, detail }: Ending,
): void {
  const about = `${authenticator.kind}: ${authenticator.name}`;
  idp.history.append({
    id: idp.newId(),
    at: idp.clock(),
    kind,
    username,
    actor,
    serviceProvider: undefined,
    session: undefined,
    address,
    detail: detail === undefined ? about : `${about}; ${detail}`,
  });
}

/** Writes down that somebody put a new password in the place of theirs. */
export function notePasswordChange(idp: Chronicle, username: HistoryEvent['username'], address: string): void {
  idp.history.append({
    id: idp.newId(),
    at: idp.clock(),
    kind: 'password-changed',
    username,
    actor: 'person',
    serviceProvider: undefined,
    session: undefined,
    address,
    detail: undefined,
  });
}
