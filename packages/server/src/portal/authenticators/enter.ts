import {
  type AuthenticatorOwner,
  beginPortal,
  continuePortal,
  findOwner,
  type PortalAttempt,
  type PortalNeed,
  type PortalStep,
  type Visitor,
} from '@gakumon/idp';
import { GakumonError, type SessionId } from '@gakumon/terms';
import { type Door, type Visit, visitorOf } from '../../door.ts';
import { showPortalStep } from '../showPortalStep.ts';

/** Somebody who is let in: who it is, and what they have proved. */
export type Entered = {
  readonly visitor: Visitor;
  readonly owner: AuthenticatorOwner;
  readonly session: SessionId;
};

/**
 * Lets somebody in who has proved enough, or shows what is asked for first.
 * @param page the address that is gone on to afterwards
 * @returns undefined when a page was shown already
 */
export async function enterPage(
  door: Door,
  visit: Visit,
  need: PortalNeed,
  page: string,
): Promise<Entered | undefined> {
  const visitor = visitorOf(door, visit);
  const attempt = beginPortal(door.parts.idp, need, page);
  const step = await lookIn(door, visitor, attempt);
  if (step.kind !== 'open') {
    await showPortalStep(door, visit, visitor, attempt, step);
    return undefined;
  }
  if (door.cookies.browser(visit.request) === undefined) door.cookies.setBrowser(visit.response, visitor.browser);
  return enter(door, visitor, step.session);
}

/**
 * Asks whether somebody may come in. Where the policy wants more than a person has, and lets them enrol it, these pages
 * are the ones to do it on, and a fresh proof opens them.
 */
export async function lookIn({ parts }: Door, visitor: Visitor, attempt: PortalAttempt): Promise<PortalStep> {
  const { idp } = parts;
  const step = await continuePortal(idp, attempt, visitor);
  const isToEnrol = step.kind === 'unreachable' && step.mayEnrol && attempt.need === 'view';
  return isToEnrol ? continuePortal(idp, { ...attempt, need: 'manage' }, visitor) : step;
}

/** @throws GakumonError `session-gone` when it ended meanwhile */
export async function enter({ parts }: Door, visitor: Visitor, session: SessionId): Promise<Entered> {
  const owner = await findOwner(parts.idp, visitor, undefined);
  if (owner.session !== session) throw new GakumonError('session-gone');
  return { visitor, owner, session };
}
