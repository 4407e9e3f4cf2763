import {
  acceptAssertion,
  acceptOtp,
  continuePortal,
  openPortalAttempt,
  type PortalAttempt,
  requireFormToken,
  type Visitor,
} from '@gakumon/idp';
import { type AuthenticatorId, GakumonError } from '@gakumon/terms';
import { type Door, type Visit, visitorOf } from '../door.ts';
import { redirect } from '../http/answer.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { keepLastTry, type TriedOn } from '../pages/lastTry.ts';
import { recordRefusal } from '../pages/showError.ts';
import { passkeyWay } from '../pages/stepPurpose.ts';
import { movesOn, onlyMendable, triedOn, whose } from '../pages/tryFactor.ts';
import { portalStepAddress } from './portalPages.ts';
import { portalLoginPurpose } from './purposes.ts';
import { enterPortal } from './showPortalStep.ts';

/** The step-up page of the portal comes back: a one-time code, or another way. */
export async function submitPortalStepUp(door: Door, visit: Visit): Promise<void> {
  const taken = await takeForm(door, visit);
  const { form, attempt, visitor } = taken;
  const way = onlyValue(form, 'way');
  if (way !== undefined) {
    redirect(door, visit, portalStepAddress(door, attempt, way.slice(0, 64)));
    return;
  }
  const authenticator = (onlyValue(form, 'authenticator') ?? '') as AuthenticatorId;
  const typed = { authenticator, code: onlyValue(form, 'otp') ?? '' };
  await prove(taken, { on: `stepUp ${authenticator}`, way: authenticator }, () =>
    acceptOtp(door.parts.idp, attempt, visitor, typed),
  );
}

/** The answer of a passkey comes back, on the login page of the portal or on its step-up page. */
export async function submitPortalPasskey(door: Door, visit: Visit): Promise<void> {
  const taken = await takeForm(door, visit);
  const { form, attempt, visitor } = taken;
  const answer = { challenge: onlyValue(form, 'challenge') ?? '', response: onlyValue(form, 'response') ?? '' };
  const isFirst = onlyValue(form, 'use') === 'first';
  await prove(taken, isFirst ? { on: 'login', way: undefined } : { on: `stepUp ${passkeyWay}`, way: passkeyWay }, () =>
    acceptAssertion(door.parts.idp, attempt, visitor, answer),
  );
}

/** A form of ours that came back, from this browser. */
export type TakenAtPortal = {
  readonly door: Door;
  readonly visit: Visit;
  readonly visitor: Visitor;
  readonly attempt: PortalAttempt;
  readonly form: FormFields;
};

export async function takeForm(
  door: Door,
  visit: Visit,
  purpose: (attempt: PortalAttempt) => string = portalLoginPurpose,
): Promise<TakenAtPortal> {
  requireOwnPost(door, visit);
  const { idp } = door.parts;
  const form = await readForm(visit.request, visit.response);
  const attempt = openPortalAttempt(idp, onlyValue(form, 'attempt') ?? '');
  if (door.cookies.browser(visit.request) === undefined) throw new GakumonError('cookies-missing');
  const visitor = visitorOf(door, visit);
  requireFormToken(idp, visitor.browser, purpose(attempt), onlyValue(form, 'csrf') ?? '');
  return { door, visit, visitor, attempt, form };
}

/** Proves it, and goes on by GET: to the page that is meant, or to what is still asked for, with what went wrong. */
export async function prove(
  { door, visit, visitor, attempt }: TakenAtPortal,
  { on, way }: { readonly on: TriedOn; readonly way: string | undefined },
  accept: () => Promise<unknown>,
): Promise<void> {
  // A refusal may take with it what tells whose it was
  const username = await whose({ door, visitor, attempt });
  const problem = await accept().then(() => undefined, onlyMendable);
  if (problem !== undefined) {
    const { code, data } = problem;
    const opened = await recordRefusal(door, visit, problem, { portal: attempt, username, tried: triedOn(on) });
    const refusal = { code, data, reference: opened?.reference };
    const told = movesOn.has(code) ? undefined : on;
    keepLastTry(door, visit, attempt, visitor, { username: username ?? '', on: told, refusal });
    redirect(door, visit, portalStepAddress(door, attempt, way));
    return;
  }
  await goOn(door, visit, visitor, attempt);
}

/** To the page that is meant, or by GET to what is still asked for. */
export async function goOn(door: Door, visit: Visit, visitor: Visitor, attempt: PortalAttempt): Promise<void> {
  const step = await continuePortal(door.parts.idp, attempt, visitor);
  if (step.kind === 'open') enterPortal(door, visit, attempt, step);
  else redirect(door, visit, portalStepAddress(door, attempt));
}
