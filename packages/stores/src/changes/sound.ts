import type { AuthenticationFact, PendingLogin, SessionServiceProvider, SsoSession } from '@gakumon/idp';
import { hours } from '@gakumon/terms';

/** How far the clock of the node that wrote something may be ahead of ours, milliseconds. */
const dayAhead = hours(24);
/** Longer than anything lasts that ends by itself: a session, a week at most; milliseconds. */
export const furthestEnd = hours(24 * 30);

/** Whether something can have happened then. What a store holds may be damaged, or written by somebody else. */
export const isPast = (at: unknown, now: number): at is number => isTime(at) && at <= now + dayAhead;

/** Whether something of ours can end then. */
export const isEnd = (at: unknown, now: number): at is number => isTime(at) && at <= now + furthestEnd;

const isTime = (at: unknown): at is number => Number.isSafeInteger(at) && (at as number) >= 0;

/** Whether a session can be believed that came out of a store. */
export function isSoundSession(session: SsoSession, now: number): boolean {
  return (
    isText(session.username) &&
    isPast(session.createdAt, now) &&
    isEnd(session.idleAt, now) &&
    isEnd(session.expiresAt, now) &&
    isListOf(session.facts, (fact) => isSoundFact(fact, now)) &&
    isListOf(session.serviceProviders, (visit) => isSoundVisit(visit, now))
  );
}

/** The same of a pending login. */
export function isSoundPendingLogin(login: Pick<PendingLogin, 'username' | 'facts' | 'expiresAt'>, now: number) {
  return (
    isText(login.username) && isEnd(login.expiresAt, now) && isListOf(login.facts, (fact) => isSoundFact(fact, now))
  );
}

// A node of the next release may have written an authenticator, or a trait, that this release does not know
function isSoundFact(fact: Partial<AuthenticationFact>, now: number): boolean {
  const { authenticator, at, address, passwordVersion, id, traits, passwordState, directory } = fact;
  const isVersion = passwordVersion === undefined || typeof passwordVersion === 'string';
  const areDetails = (id === undefined || isText(id)) && (traits === undefined || areTraits(traits));
  const isOfDirectory = directory === undefined || isText(directory);
  const isState = passwordState === undefined || isSoundPasswordState(passwordState);
  const isProof = isText(authenticator) && isPast(at, now) && typeof address === 'string';
  return isProof && isVersion && areDetails && isState && isOfDirectory;
}

/** Of any kind, since the next release may know more of them; one that tells a time tells one that there is. */
export function isSoundPasswordState(state: unknown): boolean {
  if (typeof state !== 'object' || state === null) return false;
  const { kind, at } = state as { readonly kind?: unknown; readonly at?: unknown };
  return isText(kind) && (kind === 'expires' ? isTime(at) : at === undefined || isTime(at));
}

const areTraits = (traits: unknown): boolean => Array.isArray(traits) && traits.every(isText);

function isSoundVisit({ entityId, nameId, at }: Partial<SessionServiceProvider>, now: number): boolean {
  return isText(entityId) && typeof nameId?.format === 'string' && typeof nameId?.value === 'string' && isPast(at, now);
}

const isText = (value: unknown): boolean => typeof value === 'string' && value !== '';

const isListOf = <T>(list: readonly T[], isSound: (item: T) => boolean): boolean =>
  Array.isArray(list) && list.every((item) => typeof item === 'object' && item !== null && isSound(item));
