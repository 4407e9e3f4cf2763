import type {
  Authenticator,
  FactTrait,
  PersonAuthenticators,
  TotpAuthenticator,
  WebauthnAuthenticator,
} from '@gakumon/mfa';
import { GakumonError, hours } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { noteAuthenticator } from '../session/history.ts';
import { factOf, keepFact } from './keepFact.ts';
import { nameAuthenticator } from './nameAuthenticator.ts';
import type { AuthenticatorOwner } from './owner.ts';
import { ownRecord } from './ownRecord.ts';

/** How long an enrolment may take, and be taken up again; milliseconds. */
export const enrolmentLifetime = hours(1);
export const mostAuthenticators = 20;

/** What a new authenticator shall be called. */
export type Naming = {
  readonly name?: string | undefined;
  /** The name where none was typed, in the language of the page. */
  readonly otherwise: string;
};

/** An authenticator that has no name yet, and what is in the record beside it. */
export type Addition = {
  readonly made: Omit<TotpAuthenticator, 'name'> | Omit<WebauthnAuthenticator, 'name'>;
  readonly rest: PersonAuthenticators;
};

/** @throws GakumonError `authenticator-limit` */
export function requireRoom({ authenticators }: PersonAuthenticators): void {
  if (authenticators.length >= mostAuthenticators) throw new GakumonError('authenticator-limit');
}

/** A login that somebody enrols in waits for as long as an enrolment may take. */
export async function giveTime(
  idp: Pick<Idp, 'pendingLogins' | 'clock'>,
  { attempt, browser }: Pick<AuthenticatorOwner, 'attempt' | 'browser'>,
): Promise<void> {
  if (attempt !== undefined) await idp.pendingLogins.prolong(attempt.id, browser, idp.clock() + enrolmentLifetime);
}

/**
 * Adds an authenticator to the record, and to what was proved in the login that this is in.
 * @param prepare makes it out of what is in the record, in one step with its checks; pure
 * @throws GakumonError `authenticator-limit`, and what `prepare` throws
 */
export async function addAuthenticator(
  idp: Idp,
  owner: AuthenticatorOwner,
  { name, otherwise }: Naming,
  prepare: (record: PersonAuthenticators) => Addition,
): Promise<Authenticator> {
  const { username } = owner.person;
  const written = await ownRecord(idp, owner.person).change((record) => {
    const { made, rest } = prepare(record);
    requireRoom(rest);
    const added: Authenticator = { ...made, name: nameAuthenticator(name, otherwise, rest.authenticators) };
    return { ...rest, authenticators: [...rest.authenticators, added] };
  });
  const added = written.authenticators.at(-1);
  if (added === undefined) throw new GakumonError('internal', { detail: 'what was added is not there' });
  const event = { kind: 'authenticator-added', username, authenticator: added } as const;
  noteAuthenticator(idp, event, { actor: 'person', address: owner.address });
  await keepProof(idp, owner, added);
  return added;
}

/** In a login it is proof for that login; on pages of ours it strengthens the session, as a login there would. */
async function keepProof(idp: Idp, owner: AuthenticatorOwner, authenticator: Authenticator): Promise<void> {
  const proved = { person: owner.person, authenticator, traits: traitsOf(authenticator) };
  if (owner.attempt !== undefined) await keepFact(idp, owner.attempt, owner, proved);
  else if (owner.session !== undefined)
    await idp.sessions.appendFact(owner.session, factOf(idp, owner.address, proved));
}

/** What was true of an authenticator when it was enrolled. */
function traitsOf(one: Authenticator): readonly FactTrait[] {
  if (one.kind === 'totp') return one.isShared ? ['shared'] : [];
  return [...(one.canVerifyUser ? (['user-verified'] as const) : []), ...(one.isBackedUp ? (['synced'] as const) : [])];
}
