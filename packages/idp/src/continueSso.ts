import type { ServiceProvider } from '@gakumon/metadata';
import { type ErrorCodeTelling, GakumonError, isGakumonError, type Person } from '@gakumon/terms';
import { mayWait } from './account/decideAccount.ts';
import { findAccessRefusal } from './account/findAccessRefusal.ts';
import { decideOnPassword, isPasswordsTurn, passwordNeedOf } from './account/passwordNeed.ts';
import { answerLogin, type ProvedLogin } from './answer/answerLogin.ts';
import { assuranceOf } from './answer/assuranceOf.ts';
import { buildErrorResponse } from './answer/buildErrorResponse.ts';
import { encodeResponse, signResponse } from './answer/deliverResponse.ts';
import { continueAddress } from './continueAddress.ts';
import { requireServiceProvider } from './door/requireServiceProvider.ts';
import { showAuthenticator } from './factors/listAuthenticators.ts';
import type { Idp } from './idp.ts';
import { refuseRevoked } from './session/findProofs.ts';
import { type LoginLook, lookAtAuthenticators, lookAtLogin, wantedBy } from './stepUp/lookAtLogin.ts';
import { decideNotice } from './stepUp/notice.ts';
import { notePlace } from './stepUp/places.ts';
import { stepUpReason } from './stepUp/stepUpReason.ts';
import type { Notice, SsoAttempt, SsoStep, Visitor } from './types.ts';

/**
 * The one dispatcher: says what the browser has to be shown next. Called at the start and again after every page.
 * @throws GakumonError for what only a page can tell: `service-unknown`, `acs-unknown`, `session-gone`, `login-revoked`,
 * `store-unavailable`
 */
export async function continueSso(idp: Idp, attempt: SsoAttempt, visitor: Visitor): Promise<SsoStep> {
  const serviceProvider = await requireDestination(idp, attempt);
  const { request } = attempt;
  if (request.refusal !== undefined) return deliverError(idp, attempt, serviceProvider, request.refusal);

  const look = await lookAtLogin(idp, wantedBy(attempt, serviceProvider), visitor);
  const { decision } = look.explained;
  if (decision.kind === 'satisfied' && look.person !== undefined) {
    const between = await findStepBetween(idp, attempt, serviceProvider, { ...look, person: look.person });
    if (between !== undefined) return between;
    const proved = { serviceProvider, known: look.known, person: look.person, authn: decision };
    const assurance = await assuranceOf(idp, look, serviceProvider);
    return answerProved(idp, attempt, visitor, look, { ...proved, assurance });
  }

  const answered = await findAnswered(idp, attempt, serviceProvider, look.known.session !== undefined);
  if (answered !== undefined) return answered;
  if (decision.kind === 'refuse') return deliverError(idp, attempt, serviceProvider, decision.code);
  refuseRevoked(look.known);
  const further = await lookAtAuthenticators(idp, look);
  const step =
    changeBeforeEnrolment(idp, attempt, serviceProvider, further) ?? stepOf(attempt, serviceProvider, further);
  return step ?? deliverError(idp, attempt, serviceProvider, 'no-authn-context', outOfReach);
}

const outOfReach = 'nothing that the person has reaches it, and nothing that would may be enrolled from there';

type ProvedLook = LoginLook & { readonly person: Person };

/**
 * What stands between who has proved enough and their answer. The password comes first, and before anybody asks whether the
 * attempt has its answer already: there too a session begins, which one that must be changed may not begin.
 */
async function findStepBetween(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  look: ProvedLook,
): Promise<SsoStep | undefined> {
  const account = decideOnPassword(look, attempt);
  if (account.kind === 'refuse') return deliverError(idp, attempt, serviceProvider, account.code);
  if (account.kind === 'change' && !(mayWait(account.state) && (await idp.attempts.isConsumed(attempt.id)))) {
    const change = passwordNeedOf(idp, look.person, account);
    return { kind: 'changePassword', attempt, serviceProvider, change };
  }
  const notice = await findNotice(idp, attempt, look);
  if (notice !== undefined) return { kind: 'notice', attempt, serviceProvider, notice };
  return refuseAccess(idp, attempt, serviceProvider, look.person);
}

/** The same before an enrolment, of a password that must be changed. */
function changeBeforeEnrolment(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  look: LoginLook,
): SsoStep | undefined {
  if (look.person === undefined || !isPasswordsTurn(look)) return undefined;
  const account = decideOnPassword(look, attempt);
  if (account.kind !== 'change') return undefined;
  return { kind: 'changePassword', attempt, serviceProvider, change: passwordNeedOf(idp, look.person, account) };
}

/**
 * Who may not use the service is told so here, and the service when they go back to it. As with every refusal after a proof
 * nothing is consumed, and no session begins or ends: one begins with an answer, and somebody who was turned away would not
 * think of signing out in a browser that others use.
 */
async function refuseAccess(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  person: Person,
): Promise<SsoStep | undefined> {
  const { request } = attempt;
  const refusal = findAccessRefusal(idp, request, serviceProvider, person);
  if (refusal === undefined) return undefined;
  const { rule, reason } = refusal;
  if (refusal.isUndecided) throw new GakumonError('source-unavailable', { detail: `access rule ${rule}: ${reason}` });
  if (request.isPassive) return deliverError(idp, attempt, serviceProvider, 'access-refused', `${rule}: ${reason}`);
  return { kind: 'noAccess', attempt, serviceProvider, username: person.username, refusal };
}

async function answerProved(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  { place }: LoginLook,
  proved: ProvedLogin,
): Promise<SsoStep> {
  try {
    const step = await answerLogin(idp, attempt, visitor, proved);
    const isKnown = await notePlace(idp, place, visitor, { ...proved.known, person: proved.person });
    return step.kind === 'deliver' ? { ...step, isKnownPlace: isKnown } : step;
  } catch (error) {
    const code = tellingServiceProvider(error);
    if (code === undefined) throw error;
    const detail = isGakumonError(error) ? error.detail : undefined;
    return deliverError(idp, attempt, proved.serviceProvider, code, detail);
  }
}

/** What is announced is told once, after a login, to whom it will concern; never in the way of an answer that was given. */
async function findNotice(idp: Idp, attempt: SsoAttempt, look: LoginLook): Promise<Notice | undefined> {
  const { known, explained } = look;
  const isAnnounced = (explained.verdict?.announced.length ?? 0) > 0;
  if (!isAnnounced || known.attempt === undefined || attempt.isNoticed || attempt.request.isPassive) return undefined;
  const further = await lookAtAuthenticators(idp, look);
  const notice = decideNotice(further.situation, further.explained);
  return notice !== undefined && !(await idp.attempts.isConsumed(attempt.id)) ? notice : undefined;
}

/** @returns undefined when the service asks for what this person cannot reach */
function stepOf(attempt: SsoAttempt, serviceProvider: ServiceProvider, look: LoginLook): SsoStep | undefined {
  const { situation, explained, person, known } = look;
  const { next = { kind: 'login', withPasskey: false } } = explained;
  if (next.kind === 'login' || person === undefined) {
    const fresh = attempt.request.forceAuthn || known.session !== undefined;
    return { kind: 'login', attempt, serviceProvider, fresh, withPasskey: next.kind === 'login' && next.withPasskey };
  }
  if (next.kind === 'unreachable' && next.asker === 'service') return undefined;
  const { username } = person;
  const reason = stepUpReason(situation, explained);
  if (next.kind === 'unreachable') return { kind: 'unreachable', attempt, serviceProvider, reason };
  if (next.kind === 'enrol') {
    return { kind: 'enrol', attempt, serviceProvider, enrolment: { username, kinds: next.kinds, reason } };
  }
  const options = next.options.map(showAuthenticator);
  return {
    kind: 'stepUp',
    attempt,
    serviceProvider,
    stepUp: { username, options, mustVerifyUser: next.mustVerifyUser, reason },
  };
}

/**
 * The person declines; the SP is told so, unless it has its answer already: that the context is not reached when that was
 * what they declined, or could not do; that access was refused when it was. The attempt is not consumed: this would be storage for somebody who has proved
 * nothing (law 4).
 */
export async function cancelSso(idp: Idp, attempt: SsoAttempt, visitor: Visitor): Promise<SsoStep> {
  const serviceProvider = await requireDestination(idp, attempt);
  const look = await lookAtLogin(idp, wantedBy(attempt, serviceProvider), visitor);
  const answered = await findAnswered(idp, attempt, serviceProvider, look.known.session !== undefined);
  return (
    answered ?? deliverError(idp, attempt, serviceProvider, await declinedCode(idp, attempt, serviceProvider, look))
  );
}

async function declinedCode(
  idp: Idp,
  { request }: SsoAttempt,
  serviceProvider: ServiceProvider,
  look: LoginLook,
): Promise<ErrorCodeTelling<'sp'>> {
  const { person } = look;
  const { kind } = look.explained.decision;
  if (person === undefined || kind === 'refuse') return 'login-cancelled';
  if (kind === 'satisfied') {
    const mayUse = findAccessRefusal(idp, request, serviceProvider, person) === undefined;
    return mayUse ? 'login-cancelled' : 'access-refused';
  }
  const { next } = (await lookAtAuthenticators(idp, look)).explained;
  return next?.kind === 'enrol' || next?.kind === 'unreachable' ? 'no-authn-context' : 'login-cancelled';
}

/** Metadata may have changed since the attempt was sealed: the SP and the place for the answer must still stand in it. */
async function requireDestination(idp: Idp, { request }: SsoAttempt): Promise<ServiceProvider> {
  const serviceProvider = await requireServiceProvider(idp, request.serviceProvider);
  const known = serviceProvider.assertionConsumerServices.some(
    (acs) => acs.location === request.assertionConsumerService,
  );
  if (!known) throw new GakumonError('acs-unknown', { detail: request.assertionConsumerService });
  return serviceProvider;
}

/** One request gets one Response: what was answered is not answered again, not even with an error. */
async function findAnswered(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  isSignedIn: boolean,
): Promise<SsoStep | undefined> {
  if (!(await idp.attempts.isConsumed(attempt.id))) return undefined;
  const continueAt = continueAddress(idp, serviceProvider);
  return { kind: 'answered', serviceProvider, continueAt, isSignedIn, session: undefined };
}

async function deliverError(
  idp: Idp,
  attempt: SsoAttempt,
  serviceProvider: ServiceProvider,
  code: ErrorCodeTelling<'sp'>,
  refusalDetail?: string,
): Promise<SsoStep> {
  const delivery = encodeResponse(await signResponse(idp, buildErrorResponse(idp, attempt, code)));
  return { kind: 'deliver', delivery, serviceProvider, session: undefined, refusal: code, refusalDetail };
}

function tellingServiceProvider(error: unknown): ErrorCodeTelling<'sp'> | undefined {
  return isGakumonError(error) && error.row.told === 'sp' ? (error.code as ErrorCodeTelling<'sp'>) : undefined;
}
