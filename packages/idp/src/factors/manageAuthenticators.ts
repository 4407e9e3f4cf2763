import type { Authenticator, PersonAuthenticators, ShownAuthenticator } from '@gakumon/mfa';
import { type AuthenticatorId, GakumonError, type Username } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import { type Chronicle, type Ending, noteAuthenticator } from '../session/history.ts';
import { withdrawalOf } from '../session/withdrawal.ts';
import { type Enders, endSessionsProvedBy } from './endSessionsProvedBy.ts';
import { directoryAuthenticator, findDirectoryAuthenticator, showAuthenticator } from './listAuthenticators.ts';
import { nameAuthenticator } from './nameAuthenticator.ts';
import { changeOne, requireOne, requireTotp } from './noteUse.ts';
import { type AuthenticatorOwner, prepareEnrolmentCheck } from './owner.ts';
import { ownRecord } from './ownRecord.ts';
import { type TotpKey, totpKeyOf } from './totpKey.ts';

/**
 * Gives an authenticator another name; one that another has gets a number, and nothing at all changes nothing.
 * @returns it as it is now
 * @throws GakumonError `authenticator-fixed`, `authenticator-not-found`, `store-unavailable`
 */
export async function renameAuthenticator(
  idp: Pick<Idp, 'authenticators' | 'directories'>,
  { person }: AuthenticatorOwner,
  id: AuthenticatorId,
  typed: string,
): Promise<ShownAuthenticator> {
  refuseFixed(id);
  const record = await changeOne(idp, person, id, (now, { authenticators }) => {
    const others = authenticators.filter((one) => one.id !== id);
    return { ...now, name: nameAuthenticator(typed, now.name, others) };
  });
  return showAuthenticator(requireOne(record, id));
}

/**
 * Chooses the authenticator that is offered first.
 * @returns it
 * @throws GakumonError `authenticator-not-found`, `store-unavailable`
 */
export async function preferAuthenticator(
  idp: Pick<Idp, 'authenticators' | 'directories'>,
  { person }: AuthenticatorOwner,
  id: AuthenticatorId,
): Promise<ShownAuthenticator> {
  const fixed = id === directoryAuthenticator ? await findDirectoryAuthenticator(idp, person) : undefined;
  const record = await ownRecord(idp, person).change((now) => {
    if (fixed === undefined) requireOne(now, id);
    return { ...now, preferred: id };
  });
  return showAuthenticator(fixed ?? requireOne(record, id));
}

/**
 * Removes an authenticator, and ends the other sessions that were proved with it; the one of whoever removes it goes on
 * without that proof, and falls when nothing else in it tells who they are. Law 7 holds for it as for enrolment:
 * whoever has only the password does not get rid of what stands in the way.
 * @returns it, and how many are left
 * @throws GakumonError `authenticator-fixed`; `enrolment-not-allowed`; `authenticator-not-found` when it is gone already;
 *   `store-unavailable` when a session may still live: repeat it
 */
export async function removeAuthenticator(
  idp: Pick<Idp, 'authenticators' | 'directories' | 'policy' | 'isRevoked'> & Enders,
  owner: AuthenticatorOwner,
  id: AuthenticatorId,
): Promise<{ readonly removed: ShownAuthenticator; readonly left: number }> {
  refuseFixed(id);
  const { username } = owner.person;
  const requireAllowed = await prepareEnrolmentCheck(idp, owner);
  const ending = { actor: 'person', address: owner.address } as const;
  let removed: Authenticator | undefined;
  const written = await ownRecord(idp, owner.person).change((record) => {
    removed = record.authenticators.find((one) => one.id === id);
    // Whoever repeats it may have nothing left to prove it with
    if (removed === undefined) return record;
    requireAllowed(record);
    return without(record, (one) => one.id === id);
  });
  if (removed !== undefined) {
    noteAuthenticator(idp, { kind: 'authenticator-removed', username, authenticator: removed }, ending);
  }
  // Also when it was gone: by the first of two tries, whose second half may be missing
  await endSessionsProvedBy(idp, username, [id], { ...ending, except: owner.session });
  if (owner.session !== undefined) {
    // Also where it proved nothing yet: a code of it may be on its way into the session
    await idp.sessions.appendFact(owner.session, withdrawalOf(id, idp.clock(), owner.address));
  }
  if (removed === undefined) throw new GakumonError('authenticator-not-found');
  const fixed = await findDirectoryAuthenticator(idp, owner.person);
  return { removed: showAuthenticator(removed), left: written.authenticators.length + (fixed === undefined ? 0 : 1) };
}

/**
 * Shows the secret of an enrolled app once more, for a second device; from now on it proves no single device. It takes the
 * fresh proof that enrolment does, since it is one.
 * @throws GakumonError `authenticator-fixed`; `enrolment-not-allowed`; `authenticator-not-found`, also for a passkey, which
 *   nobody can export; `store-unavailable`
 */
export async function exportTotp(
  idp: Pick<Idp, 'authenticators' | 'directories' | 'policy' | 'relyingParty'> & Chronicle,
  owner: AuthenticatorOwner,
  id: AuthenticatorId,
): Promise<TotpKey> {
  refuseFixed(id);
  const { username } = owner.person;
  const requireAllowed = await prepareEnrolmentCheck(idp, owner);
  const record = await changeOne(idp, owner.person, id, (now, there) => {
    requireAllowed(there);
    return { ...requireTotp(now), isShared: true };
  });
  const authenticator = requireTotp(requireOne(record, id));
  const event = { kind: 'authenticator-exported', username, authenticator } as const;
  noteAuthenticator(idp, event, { actor: 'person', address: owner.address });
  return totpKeyOf(idp, username, authenticator.secret);
}

/**
 * Takes away somebody's authenticators, for staff who know who is before them, and ends the sessions that were proved with
 * them. That of the directory stays. Repeating it is harmless.
 * @param only the one to take away; undefined: all of them
 * @returns those that were taken away
 * @throws GakumonError `store-unavailable`: repeat it
 */
export async function resetAuthenticators(
  idp: Pick<Idp, 'authenticators' | 'isRevoked'> & Enders,
  username: Username,
  ending: Ending,
  only?: AuthenticatorId,
): Promise<readonly Authenticator[]> {
  const isDue = (one: Authenticator): boolean => only === undefined || one.id === only;
  let removed: readonly Authenticator[] = [];
  await idp.authenticators.change(username, (record) => {
    removed = record.authenticators.filter(isDue);
    return without(record, isDue);
  });
  for (const authenticator of removed) {
    noteAuthenticator(idp, { kind: 'authenticator-removed', username, authenticator }, ending);
  }
  await endSessionsProvedBy(idp, username, only === undefined ? 'all' : [only], ending);
  return removed;
}

function without(record: PersonAuthenticators, isDue: (one: Authenticator) => boolean): PersonAuthenticators {
  const authenticators = record.authenticators.filter((one) => !isDue(one));
  const isPreferredGone = record.authenticators.some((one) => isDue(one) && one.id === record.preferred);
  const pendingTotps = authenticators.length === 0 ? [] : record.pendingTotps;
  return { ...record, authenticators, pendingTotps, preferred: isPreferredGone ? undefined : record.preferred };
}

function refuseFixed(id: AuthenticatorId): void {
  if (id === directoryAuthenticator) throw new GakumonError('authenticator-fixed');
}
