import { type AttemptId, type ErrorCode, GakumonError, isGakumonError, type Username } from '@gakumon/terms';
import { requireServiceProvider } from '../door/requireServiceProvider.ts';
import { type Hold, listHolds } from '../factors/listHolds.ts';
import type { Idp } from '../idp.ts';
import { lookAtPortal } from '../portal/continuePortal.ts';
import type { PortalAttempt } from '../portal/portalAttempt.ts';
import type { CaseEvent } from '../ports.ts';
import { type LoginLook, lookAtAuthenticators, lookAtLogin, wantedBy } from '../stepUp/lookAtLogin.ts';
import type { SsoAttempt, Visitor } from '../types.ts';
import { type AskedLogin, caseTimeline, type TriedCase } from './caseTimeline.ts';
import { triedKindOf } from './triedKindOf.ts';

/** What a case says of the login that was refused. */
export type CaseContext = {
  readonly attempt: AttemptId;
  /** Undefined on pages of ours. */
  readonly serviceProvider: string | undefined;
  /** Undefined while nobody has proved who they are. */
  readonly username: Username | undefined;
  readonly timeline: readonly CaseEvent[];
};

/** Refusals by which somebody has proved something already, beside those of codes, passkeys and authenticators. */
const afterProof: ReadonlySet<ErrorCode> = new Set([
  'access-denied',
  'access-refused',
  'no-authn-context',
  'login-cancelled',
  'enrolment-not-allowed',
  'step-up-unreachable',
]);

/**
 * Gathers what a case says of a refused login to a service. Never throws. Looks up what was proved only where something
 * must have been: whoever types wrong passwords costs no read of a store (law 4), and a store that is away is not waited
 * for again.
 */
export function caseContextOf(
  idp: Idp,
  attempt: SsoAttempt,
  visitor: Visitor,
  refusal: unknown,
  tried?: TriedCase,
): Promise<CaseContext> {
  const { request } = attempt;
  return contextOf(idp, visitor, refusal, {
    tried,
    attempt: attempt.id,
    serviceProvider: request.serviceProvider,
    asked: { for: 'service', request },
    look: async () => {
      const serviceProvider = await requireServiceProvider(idp, request.serviceProvider);
      const look = await lookAtLogin(idp, wantedBy(attempt, serviceProvider), visitor);
      return look.person === undefined ? look : lookAtAuthenticators(idp, look).catch(() => look);
    },
  });
}

/** The same of a refusal on the way to the pages about oneself, or on them. Never throws. */
export function portalCaseContextOf(
  idp: Idp,
  attempt: PortalAttempt,
  visitor: Visitor,
  refusal: unknown,
  tried?: TriedCase,
): Promise<CaseContext> {
  return contextOf(idp, visitor, refusal, {
    tried,
    attempt: attempt.id,
    serviceProvider: undefined,
    asked: { for: 'portal', need: attempt.need },
    look: async () => {
      const look = await lookAtPortal(idp, attempt, visitor);
      const isNamed = tried?.authenticator === undefined || look.situation.authenticators !== undefined;
      return look.person === undefined || isNamed ? look : lookAtAuthenticators(idp, look).catch(() => look);
    },
  });
}

type RefusedIn = {
  readonly tried: TriedCase | undefined;
  readonly attempt: AttemptId;
  readonly serviceProvider: string | undefined;
  readonly asked: AskedLogin;
  readonly look: () => Promise<LoginLook>;
};

async function contextOf(
  idp: Pick<Idp, 'policy' | 'clock' | 'throttles' | 'sealingKeys' | 'directories'>,
  { address }: Visitor,
  refusal: unknown,
  { tried, attempt, serviceProvider, asked, look: findLook }: RefusedIn,
): Promise<CaseContext> {
  const error = isGakumonError(refusal) ? refusal : new GakumonError('internal');
  const look = isAfterProof(error.code) ? await findLook().catch(() => undefined) : undefined;
  const situation = look?.situation ?? { policy: idp.policy(), authenticators: undefined, now: idp.clock() };
  const explained = look?.person === undefined ? undefined : look.explained;
  const username = look?.person?.username;
  const hold = username === undefined ? undefined : await findHold(idp, username, error.code, tried);
  const timeline = caseTimeline({ asked, address, situation, explained, error, tried, hold });
  return { attempt, serviceProvider, username, timeline };
}

/** How often codes of the one that was tried were wrong in this hour. */
async function findHold(
  idp: Pick<Idp, 'throttles' | 'sealingKeys' | 'clock' | 'directories'>,
  username: Username,
  code: ErrorCode,
  tried: TriedCase | undefined,
): Promise<Hold | undefined> {
  const id = tried?.authenticator;
  if (id === undefined || !(code.startsWith('otp-') || code === 'authenticator-throttled')) return undefined;
  const holds = await listHolds(idp, username, [id]).catch(() => []);
  return holds.find(({ about, window }) => about === id && window === 'short');
}

function isAfterProof(code: ErrorCode): boolean {
  const tried = triedKindOf(code);
  return afterProof.has(code) || (tried !== undefined && tried !== 'password');
}
