import type { ServiceProvider } from '@gakumon/metadata';
import { decideAuthn, requiredContext } from '@gakumon/mfa';
import { type ErrorCodeTelling, GakumonError, isGakumonError } from '@gakumon/terms';
import { answerLogin } from './answer/answerLogin.ts';
import { buildErrorResponse } from './answer/buildErrorResponse.ts';
import { encodeResponse, signResponse } from './answer/deliverResponse.ts';
import { continueAddress } from './continueAddress.ts';
import { requireServiceProvider } from './door/requireServiceProvider.ts';
import type { Idp } from './idp.ts';
import { findProofs, proofsOf, refuseRevoked } from './session/findProofs.ts';
import type { SsoAttempt, SsoStep, Visitor } from './types.ts';

/**
 * The one dispatcher: says what the browser has to be shown next. Called at the start and again after every page.
 * @throws GakumonError for what only a page can tell: `service-unknown`, `acs-unknown`, `session-gone`, `login-revoked`,
 * `store-unavailable`
 */
export async function continueSso(idp: Idp, attempt: SsoAttempt, visitor: Visitor): Promise<SsoStep> {
  const serviceProvider = await requireDestination(idp, attempt);
  const { request } = attempt;
  if (request.refusal !== undefined) return deliverError(idp, attempt, serviceProvider, request.refusal);

  const known = await findProofs(idp, attempt, visitor);
  const goal = { ...requiredContext(request.requestedAuthnContext, idp.policy().contexts), requirements: [] };
  const decision = decideAuthn(goal, request, proofsOf(known), idp.clock());
  const isSignedIn = known.session !== undefined;
  if (decision.kind === 'refuse') {
    const answered = await findAnswered(idp, attempt, serviceProvider, isSignedIn);
    return answered ?? deliverError(idp, attempt, serviceProvider, decision.code);
  }
  const { person } = known;
  if (decision.kind === 'incomplete' || person === undefined) {
    const answered = await findAnswered(idp, attempt, serviceProvider, isSignedIn);
    if (answered === undefined) refuseRevoked(known);
    return (
      answered ?? { kind: 'login', attempt, serviceProvider, fresh: attempt.request.forceAuthn, withPasskey: false }
    );
  }

  try {
    return await answerLogin(idp, attempt, visitor, { serviceProvider, known, person, authn: decision });
  } catch (error) {
    const code = tellingServiceProvider(error);
    if (code === undefined) throw error;
    return deliverError(idp, attempt, serviceProvider, code, isGakumonError(error) ? error.detail : undefined);
  }
}

/**
 * The person declines to log in; the SP is told so, unless it has its answer already. The attempt is not consumed: this
 * would be storage for somebody who has proved nothing (law 4).
 */
export async function cancelSso(idp: Idp, attempt: SsoAttempt, visitor: Visitor): Promise<SsoStep> {
  const serviceProvider = await requireDestination(idp, attempt);
  const { session } = await findProofs(idp, attempt, visitor);
  const answered = await findAnswered(idp, attempt, serviceProvider, session !== undefined);
  return answered ?? deliverError(idp, attempt, serviceProvider, 'login-cancelled');
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
