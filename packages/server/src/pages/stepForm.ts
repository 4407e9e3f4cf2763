import { openAttempt, requireFormToken, type SsoAttempt, type Visitor } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { type Door, type Visit, visitorOf } from '../door.ts';
import { type FormFields, onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { showNext } from './showStep.ts';
import type { StepPage } from './stepPurpose.ts';
import { stepPurpose } from './stepPurpose.ts';

/** A form of a page of a login that came back, from that page and this browser. */
export type StepForm = {
  readonly door: Door;
  readonly visit: Visit;
  readonly visitor: Visitor;
  readonly attempt: SsoAttempt;
  readonly form: FormFields;
};

/** Takes a form of a page of a login; what goes wrong is told with the attempt in hand. */
export async function takeStepForm(
  door: Door,
  visit: Visit,
  page: StepPage,
  take: (taken: StepForm) => Promise<void>,
): Promise<void> {
  requireOwnPost(door, visit);
  const form = await readForm(visit.request, visit.response);
  const attempt = openAttempt(door.parts.idp, onlyValue(form, 'attempt') ?? '');
  await showNext(door, visit, attempt, async () => {
    if (door.cookies.browser(visit.request) === undefined) throw new GakumonError('cookies-missing');
    const visitor = visitorOf(door, visit);
    requireFormToken(door.parts.idp, visitor.browser, stepPurpose(page, attempt), onlyValue(form, 'csrf') ?? '');
    await take({ door, visit, visitor, attempt, form });
  });
}
