import { createHash } from 'node:crypto';
import { type SessionServiceProvider, type SsoSession, sessionIdOf } from '@gakumon/idp';
import { hours, nameIdFormats, type SessionToken, type Username } from '@gakumon/terms';

/** The SP that signs on in the trial; every session has been at it. */
export const entityId = 'https://e-journal.example.ac.jp/shibboleth-sp';

export const usernameOf = (number: number): Username => `s${String(1_000_000 + number)}` as Username;

/** The cookie of the session of that number: none of them is secret. */
export const tokenOf = (number: number): SessionToken =>
  digest(`session ${number}`).toString('base64url') as SessionToken;

/**
 * A session as a login makes it: one person, one fact, one SP.
 * @param known whether an IdP of the trial knows the person; the state of the password is as long as a real one's otherwise
 */
export function trialSession(number: number, now: number, known: boolean): SsoSession {
  const passwordVersion = known ? undefined : digest(`password ${number}`).toString('base64url').slice(0, 12);
  return {
    id: sessionIdOf(tokenOf(number)),
    username: usernameOf(number),
    facts: [{ authenticator: 'password', at: now, address: '192.0.2.123', passwordVersion }],
    serviceProviders: [trialVisit(number, 0, now)],
    createdAt: now,
    idleAt: now + hours(1),
    expiresAt: now + hours(8),
  };
}

/** A visit to one of several SPs, with a NameID as long as ours are. */
export function trialVisit(number: number, service: number, at: number): SessionServiceProvider {
  const value = `_${digest(`name ${number} ${service}`).toString('hex').slice(0, 32)}`;
  const nameId = { format: nameIdFormats.transient, value };
  return { entityId: service === 0 ? entityId : entityId.replace('e-journal', `library-${service}`), nameId, at };
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
