import { listAuthenticators } from '@gakumon/idp';
import type { Authenticator } from '@gakumon/mfa';
import type { AuthenticatorId } from '@gakumon/terms';
import type { Door, Visit } from '../../door.ts';
import { redirect } from '../../http/answer.ts';
import type { Entered } from './enter.ts';
import { leaveDeedNotice } from './notice.ts';
import { authenticatorsPath } from './paths.ts';

/** The authenticator that an address names; its text is a stranger's. */
export const meantIn = (visit: Visit): AuthenticatorId =>
  (new URLSearchParams(visit.rawQuery).get('authenticator') ?? '').slice(0, 64) as AuthenticatorId;

/** What is to be done with an authenticator, and how many there are besides it. */
export type Meant = { readonly one: Authenticator; readonly others: number };

/**
 * The person's own authenticator that an address names.
 * @param isFit whether it can be done with it at all
 * @returns undefined when there is none, which the page of all of them tells, to where the browser was sent
 */
export async function findMeant(
  door: Door,
  visit: Visit,
  { owner, session }: Entered,
  isFit: (one: Authenticator) => boolean,
): Promise<Meant | undefined> {
  const all = await listAuthenticators(door.parts.idp, owner.person);
  const meant = meantIn(visit);
  const one = all.find(({ id }) => id === meant);
  if (one !== undefined && isFit(one)) return { one, others: all.length - 1 };
  const code = one === undefined ? 'authenticator-not-found' : 'authenticator-fixed';
  await leaveDeedNotice(visit, session, { kind: 'refused', code, data: {}, reference: undefined });
  redirect(door, visit, authenticatorsPath);
  return undefined;
}
