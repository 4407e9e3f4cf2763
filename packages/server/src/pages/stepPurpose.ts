import type { SsoAttempt } from '@gakumon/idp';
import { loginPurpose, type Visit } from '../door.ts';

/** The pages of a login that come after its password, each with a form of its own. */
export type StepPage = 'step-up' | 'webauthn' | 'enrol' | 'unreachable' | 'notice' | 'change-password';

/** Where the form of a page goes. */
export const stepAction: Readonly<Record<StepPage, string>> = {
  'step-up': '/idp/step-up',
  webauthn: '/idp/webauthn',
  enrol: '/idp/enrol',
  unreachable: '/idp/step-up',
  notice: '/idp/notice',
  'change-password': '/idp/change-password',
};

const apart: ReadonlySet<StepPage> = new Set(['enrol', 'notice', 'change-password']);

/**
 * What a CSRF token of one of them is bound to. Where something is proved it is the same as of the login form: they stand on
 * one page, and a script may post back all hidden fields that it finds there (DESIGN section 2).
 */
export const stepPurpose = (page: StepPage, attempt: Pick<SsoAttempt, 'id'>): string =>
  apart.has(page) ? `${page} ${attempt.id}` : loginPurpose(attempt);

/** What `way` says for all passkeys together: the browser lets the person choose. */
export const passkeyWay = 'passkey';
/** What `way` says where somebody sets up before they have to. */
export const enrolWay = 'enrol';

/** Which of several ways the address asks for; one that is not there stands for the first. */
export function askedWay(visit: Visit): string | undefined {
  return new URLSearchParams(visit.rawQuery).get('way')?.slice(0, 64);
}
