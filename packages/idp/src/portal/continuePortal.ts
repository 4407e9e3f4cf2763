import type { AuthenticationFact } from '@gakumon/mfa';
import { GakumonError, type Person, type SessionId, type SessionToken, type Username } from '@gakumon/terms';
import { decideOnPassword, passwordNeedOf } from '../account/passwordNeed.ts';
import { showAuthenticator } from '../factors/listAuthenticators.ts';
import type { Idp } from '../idp.ts';
import { refuseRevoked } from '../session/findProofs.ts';
import { noteSignOn } from '../session/history.ts';
import { chooseSession, keepSession } from '../session/keepSession.ts';
import { explainLogin } from '../stepUp/explainLogin.ts';
import { type LoginLook, lookAtAuthenticators, lookAtLogin } from '../stepUp/lookAtLogin.ts';
import { notePlace } from '../stepUp/places.ts';
import { stepUpReason } from '../stepUp/stepUpReason.ts';
import type { PasswordNeed, StepUp, StepUpReason, Visitor } from '../types.ts';
import { manageRequirement } from './manageRequirement.ts';
import type { PortalAttempt } from './portalAttempt.ts';

/** What somebody has to be shown next who wants to see the pages about themselves. */
export type PortalStep =
  | {
      readonly kind: 'login';
      readonly attempt: PortalAttempt;
      /** Whether somebody is signed in who is asked again. */
      readonly fresh: boolean;
      readonly withPasskey: boolean;
    }
  | { readonly kind: 'stepUp'; readonly attempt: PortalAttempt; readonly stepUp: StepUp }
  | {
      readonly kind: 'unreachable';
      readonly attempt: PortalAttempt;
      readonly username: Username;
      readonly reason: StepUpReason;
      /** Whether they may enrol what is missing, which an attempt to `manage` lets them. */
      readonly mayEnrol: boolean;
    }
  /** The password must be changed, or soon must. */
  | { readonly kind: 'changePassword'; readonly attempt: PortalAttempt; readonly change: PasswordNeed }
  | {
      readonly kind: 'open';
      /** Whose pages they are. */
      readonly person: Person;
      /** The session of this browser. */
      readonly session: SessionId;
      /** Set when it began just now and its cookie must be set. */
      readonly begun: { readonly token: SessionToken } | undefined;
      /** Whether rules about new browsers and networks know the person where they are: the browser may keep a name for it. */
      readonly isKnownPlace: boolean;
    };

const unforced = {
  forceAuthn: false,
  isPassive: false,
  requested: undefined,
  serviceProvider: undefined,
  attributeConsumingServiceIndex: undefined,
} as const;

/**
 * The portal's dispatcher, beside `continueSso`: the same proofs, looked at by the same decision; the policy holds for it as
 * for a service. The session that a login begins here is the one that services use.
 * @throws GakumonError `session-gone`, `login-revoked`, `store-unavailable`
 */
export async function continuePortal(idp: Idp, attempt: PortalAttempt, visitor: Visitor): Promise<PortalStep> {
  const look = await lookAtPortal(idp, attempt, visitor);
  const { explained, person, situation, known } = look;
  const { decision } = explained;
  if (decision.kind === 'refuse') throw new GakumonError('internal', { detail: `portal: ${decision.code}` });
  if (person === undefined) {
    refuseRevoked(known);
    return loginStep(attempt, look);
  }
  const entered = entranceOf(attempt, look);
  if (entered?.explained.decision.kind === 'satisfied') {
    const account = decideOnPassword(entered, attempt);
    if (account.kind === 'change') {
      return { kind: 'changePassword', attempt, change: passwordNeedOf(idp, person, account) };
    }
    return openPortal(idp, attempt, visitor, entered, entered.explained.decision.facts);
  }

  const { next, enrolment } = explained;
  if (next?.kind === 'stepUp') {
    const { username } = person;
    const options = next.options.map(showAuthenticator);
    const { mustVerifyUser } = next;
    const reason = stepUpReason(situation, explained);
    return { kind: 'stepUp', attempt, stepUp: { username, options, mustVerifyUser, reason } };
  }
  if (next === undefined || next.kind === 'login') return loginStep(attempt, look);
  const reason = stepUpReason(situation, explained);
  return { kind: 'unreachable', attempt, username: person.username, reason, mayEnrol: enrolment?.allowed ?? false };
}

/**
 * The look by which somebody comes in; undefined while something is missing. The page to enrol on is open to whom the policy
 * asks for what they have yet to enrol. Pure.
 */
export function entranceOf({ need }: PortalAttempt, look: LoginLook): LoginLook | undefined {
  const { situation, explained } = look;
  if (explained.decision.kind === 'satisfied') return look;
  if (explained.next?.kind !== 'enrol' || need !== 'manage') return undefined;
  const without = explainLogin({ ...situation, policy: { ...situation.policy, rules: [] } });
  // What the policy asks of a new place was not met: it stays new
  return without.decision.kind === 'satisfied' ? { ...look, explained: without, place: undefined } : undefined;
}

/**
 * Looks at what the visitor has proved, and at what their wish takes; at the authenticators where it depends on them.
 * @throws GakumonError `store-unavailable`
 */
export async function lookAtPortal(idp: Idp, { id, need }: PortalAttempt, visitor: Visitor): Promise<LoginLook> {
  const look = await lookAtLogin(idp, { ...unforced, id }, visitor);
  const isEnough = need === 'view' && look.explained.decision.kind === 'satisfied';
  if (look.person === undefined || isEnough) return look;
  const further = await lookAtAuthenticators(idp, look);
  if (need === 'view') return further;
  const situation = { ...further.situation, besides: [manageRequirement(further.situation)] };
  return { ...further, situation, explained: explainLogin(situation) };
}

function loginStep(attempt: PortalAttempt, { known, explained: { next } }: LoginLook): PortalStep {
  const withPasskey = next?.kind === 'login' && next.withPasskey;
  return { kind: 'login', attempt, fresh: known.session !== undefined, withPasskey };
}

async function openPortal(
  idp: Idp,
  attempt: PortalAttempt,
  visitor: Visitor,
  { known, place }: LoginLook,
  needed: readonly AuthenticationFact[],
): Promise<PortalStep> {
  const { person } = known;
  if (person === undefined) throw new GakumonError('session-gone');
  const kept = await keepSession(idp, visitor, chooseSession(idp, known, needed), undefined);
  if (known.attempt !== undefined) {
    await idp.pendingLogins.remove(attempt.id, visitor.browser);
    noteSignOn(idp, { id: kept.id, username: person.username }, undefined, visitor.address);
  }
  const isKnownPlace = await notePlace(idp, place, visitor, { ...known, person });
  const begun = kept.token === undefined ? undefined : { token: kept.token };
  return { kind: 'open', person, session: kept.id, begun, isKnownPlace };
}
