import { type AttemptId, type ErrorCode, GakumonError, isGakumonError, type Username } from '@gakumon/terms';
import { requireServiceProvider } from '../door/requireServiceProvider.ts';
import type { Idp } from '../idp.ts';
import type { CaseEvent } from '../ports.ts';
import { type LoginLook, lookAtAuthenticators, lookAtLogin, wantedBy } from '../stepUp/lookAtLogin.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { caseTimeline } from './caseTimeline.ts';
import { triedKindOf } from './triedKindOf.ts';

/** What a case says of the login that was refused. */
export type CaseContext = {
  readonly attempt: AttemptId;
  readonly serviceProvider: string;
  /** Undefined while nobody has proved who they are. */
  readonly username: Username | undefined;
  readonly timeline: readonly CaseEvent[];
};

/** Refusals by which somebody has proved something already, beside those of codes, passkeys and authenticators. */
const afterProof: ReadonlySet<ErrorCode> = new Set([
  'no-authn-context',
  'login-cancelled',
  'enrolment-not-allowed',
  'step-up-unreachable',
]);

/**
 * Gathers what a case says of a refused login. Never throws. Looks up what was proved only where something must have been:
 * whoever types wrong passwords costs no read of a store (law 4), and a store that is away is not waited for again.
 */
export async function caseContextOf(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  refusal: unknown,
): Promise<CaseContext> {
  const error = isGakumonError(refusal) ? refusal : new GakumonError('internal');
  const look = isAfterProof(error.code) ? await tryLook(idp, attempt, visitor) : undefined;
  const { request } = attempt;
  const situation = look?.situation ?? { policy: idp.policy(), authenticators: undefined, now: idp.clock() };
  const explained = look?.person === undefined ? undefined : look.explained;
  return {
    attempt: attempt.id,
    serviceProvider: request.serviceProvider,
    username: look?.person?.username,
    timeline: caseTimeline({ request, address: visitor.address, situation, explained, error }),
  };
}

function isAfterProof(code: ErrorCode): boolean {
  const tried = triedKindOf(code);
  return afterProof.has(code) || (tried !== undefined && tried !== 'password');
}

async function tryLook(idp: Idp, attempt: SsoAttempt, visitor: Visitor): Promise<LoginLook | undefined> {
  try {
    const serviceProvider = await requireServiceProvider(idp, attempt.request.serviceProvider);
    const look = await lookAtLogin(idp, wantedBy(attempt, serviceProvider), visitor);
    return look.person === undefined ? look : await lookAtAuthenticators(idp, look).catch(() => look);
  } catch {
    return undefined;
  }
}
