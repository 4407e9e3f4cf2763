import { beginPortal, type PortalAttempt, type PortalNeed, requireFormToken } from '@gakumon/idp';
import { type AuthenticatorId, type ErrorCode, GakumonError, isGakumonError } from '@gakumon/terms';
import { type Door, type Visit, visitorOf } from '../../door.ts';
import { redirect } from '../../http/answer.ts';
import { type FormFields, onlyValue } from '../../http/formBody.ts';
import { readForm } from '../../http/readForm.ts';
import { requireOwnPost } from '../../http/requireOwnPost.ts';
import { recordRefusal } from '../../pages/showError.ts';
import { type Entered, enter, lookIn } from './enter.ts';
import { type DeedNotice, leaveDeedNotice } from './notice.ts';
import { type AuthenticatorsDeed, authenticatorsPath, deedPurpose } from './paths.ts';

/** One order about authenticators. */
export type Deed = {
  readonly name: AuthenticatorsDeed;
  /** What has to be proved for it. */
  readonly need: PortalNeed;
  /** Where its form stands. */
  readonly formAt: (authenticator: AuthenticatorId | undefined) => string;
  /** @returns what to tell, or else where to go on to */
  readonly act: (order: Order) => Promise<DeedNotice | { readonly kind: 'goOn'; readonly to: string }>;
};

export type Order = Entered & {
  readonly door: Door;
  readonly visit: Visit;
  readonly form: FormFields;
  readonly authenticator: AuthenticatorId;
};

/** What the person can mend where the form stands. */
const mendable: ReadonlySet<ErrorCode> = new Set([
  'otp-missing',
  'otp-wrong',
  'otp-used',
  'otp-drift',
  'otp-start-again',
  'totp-begun-anew',
  'authenticator-throttled',
  'passkey-wrong',
  'passkey-unknown',
  'passkey-unverified',
  'passkey-stale',
  'passkey-model',
]);
/** What a case tells of the deed; others are told by their refusal alone. */
const during: Partial<Record<AuthenticatorsDeed, 'setting-up' | 'test'>> = {
  totp: 'setting-up',
  passkey: 'setting-up',
  test: 'test',
};
/** What is told on the page of all of them. */
const told: ReadonlySet<ErrorCode> = new Set([
  'authenticator-not-found',
  'authenticator-fixed',
  'authenticator-limit',
  'enrolment-not-allowed',
]);

/**
 * Carries out what a form orders, and goes on to a page that tells what became of it, so that reloading and going back
 * repeat nothing. Whoever has not proved enough goes back to where the form stands, which asks for it, and nothing is done.
 */
export async function submitDeed(door: Door, visit: Visit, deed: Deed): Promise<void> {
  requireOwnPost(door, visit);
  const { idp } = door.parts;
  const form = await readForm(visit.request, visit.response);
  const browser = door.cookies.browser(visit.request);
  if (browser === undefined) throw new GakumonError('cookies-missing');
  const visitor = visitorOf(door, visit);
  const typed = onlyValue(form, 'authenticator') ?? '';
  const authenticator = typed as AuthenticatorId;
  const formAt = deed.formAt(typed === '' ? undefined : authenticator);
  const attempt = beginPortal(idp, deed.need, formAt);
  const step = await lookIn(door, visitor, attempt);
  if (step.kind !== 'open') {
    redirect(door, visit, formAt);
    return;
  }
  const purpose = deedPurpose(deed.name, step.person.username, typed);
  requireFormToken(idp, browser, purpose, onlyValue(form, 'csrf') ?? '');
  const entered = await enter(door, visitor, step.session);
  await tellOutcome(deed, { ...entered, door, visit, form, authenticator }, attempt, formAt);
}

async function tellOutcome(deed: Deed, order: Order, attempt: PortalAttempt, formAt: string): Promise<void> {
  const { door, visit, session, owner } = order;
  try {
    const outcome = await deed.act(order);
    if (outcome.kind !== 'goOn') await leaveDeedNotice(visit, session, outcome);
    redirect(door, visit, outcome.kind === 'goOn' ? outcome.to : authenticatorsPath);
  } catch (error) {
    if (!isGakumonError(error) || !(mendable.has(error.code) || told.has(error.code))) throw error;
    const { code, data } = error;
    const opened = await recordRefusal(door, visit, error, {
      portal: attempt,
      username: owner.person.username,
      tried: { during: during[deed.name], authenticator: order.authenticator || undefined },
    });
    await leaveDeedNotice(visit, session, { kind: 'refused', code, data, reference: opened?.reference });
    redirect(door, visit, mendable.has(code) ? formAt : authenticatorsPath);
  }
}
