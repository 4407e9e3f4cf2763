import type { Directory, PasswordPlace } from '@gakumon/directory';
import type { PasswordState, Person } from '@gakumon/terms';
import type { Idp } from '../idp.ts';
import type { LoginLook } from '../stepUp/lookAtLogin.ts';
import type { PasswordNeed } from '../types.ts';
import { type AccountDecision, decideAccount, mustChangeFirst } from './decideAccount.ts';

/** What has to be done about the password of somebody who has proved all that is asked for. Pure. */
export function decideOnPassword(
  { known, situation }: Pick<LoginLook, 'known' | 'situation'>,
  { isPasswordNoticed: isNoticed = false }: { readonly isPasswordNoticed?: boolean | undefined },
): AccountDecision {
  return decideAccount({ facts: known.attempt?.facts ?? [], isNoticed, isPassive: situation.asked.isPassive });
}

/**
 * Whether it is the password's turn. It comes when all is proved; one that must be changed comes before an enrolment too, since
 * whoever has an initial password must not get a key by it that outlasts it. Pure.
 * @param look with the authenticators, where something is missing
 */
export function isPasswordsTurn({ explained, known }: Pick<LoginLook, 'explained' | 'known'>): boolean {
  if (explained.decision.kind === 'satisfied') return true;
  return explained.next?.kind === 'enrol' && mustChangeFirst(known.attempt?.facts ?? []);
}

/** The same with where it is done. */
export function passwordNeedOf(
  idp: Pick<Idp, 'directories'>,
  person: Person,
  { state }: Extract<AccountDecision, { kind: 'change' }>,
): PasswordNeed {
  const { username } = person;
  const directory = directoryOf(idp, person);
  return { username, state, place: placeOf(directory, state), rules: directory?.passwordRules };
}

/** Where a person changes their password at any time. */
export const passwordPlaceOf = (idp: Pick<Idp, 'directories'>, person: Person): PasswordPlace =>
  directoryOf(idp, person)?.passwordPlace ?? { at: 'desk' };

/** The directory that knows a person: it alone may change their password. */
export function directoryOf(idp: Pick<Idp, 'directories'>, { directory }: Person): Directory | undefined {
  return idp.directories().find(({ name }) => name === directory);
}

function placeOf(directory: Directory | undefined, state: PasswordState): PasswordNeed['place'] {
  const place = directory?.passwordPlace ?? { at: 'desk' };
  // A page with a form that can lead nowhere helps nobody
  const isOver = state.kind === 'expired' && state.isFinal === true;
  return place.at === 'here' && (isOver || directory?.changePassword === undefined) ? { at: 'desk' } : place;
}

/** An attempt once its person has put the notice off: it is not shown again. To be sealed anew. */
export function passwordNoticeSeen<T extends { readonly isPasswordNoticed?: true | undefined }>(attempt: T): T {
  return { ...attempt, isPasswordNoticed: true };
}
