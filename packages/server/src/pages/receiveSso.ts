import {
  continueSso,
  openAttempt,
  receiveAuthnRequest,
  receiveUnsolicited,
  type SsoAttempt,
  sealAttempt,
} from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { type Door, type Visit, visitorOf } from '../door.ts';
import { redirect } from '../http/answer.ts';
import { onlyValue } from '../http/formBody.ts';
import { parseLanguage } from '../http/language.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { pageTexts } from '../messages/index.ts';
import { showPage } from '../views/showPage.ts';
import { findLastTry, keepLastTry } from './lastTry.ts';
import { redirectToAttempt } from './redirectToAttempt.ts';
import { showNext, showStep } from './showStep.ts';
import { askedWay } from './stepPurpose.ts';

/** SAML Bindings 3.4, HTTP-Redirect: idp gets the query octet for octet, since the signature is over those. */
export async function receiveRedirect(door: Door, visit: Visit): Promise<void> {
  const { rawQuery } = visit;
  await continueAttempt(door, visit, await receiveAuthnRequest(door.parts.idp, { binding: 'redirect', rawQuery }));
}

/**
 * SAML Bindings 3.5, HTTP-POST. It comes from another site, so the browser leaves our Lax cookies at home; a cookie set in
 * this answer would push out the one that it has. So this sets none, and hops to an address of ours, where cookies come along.
 */
export async function receivePost(door: Door, visit: Visit): Promise<void> {
  const form = await readForm(visit.request, visit.response);
  const samlRequest = form.get('SAMLRequest') ?? [];
  const relayState = form.get('RelayState') ?? [];
  const attempt = await receiveAuthnRequest(door.parts.idp, { binding: 'post', samlRequest, relayState });
  hop(door, visit, sealAttempt(door.parts.idp, attempt));
}

function hop(door: Door, visit: Visit, attempt: string): void {
  if (!redirectToAttempt(door, visit, attempt)) {
    showPage(door, visit, { template: 'hop', title: pageTexts[visit.language].hop.title, attempt });
  }
}

/** Shibboleth's unsolicited SSO: nothing was asked, the person starts here. */
export async function receiveUnsolicitedSso(door: Door, visit: Visit): Promise<void> {
  const query = new URLSearchParams(visit.rawQuery);
  const parameter = (name: string): string | undefined => {
    const values = query.getAll(name);
    if (values.length > 1) throw new GakumonError('request-repeated', { detail: name });
    return values[0];
  };
  const asked = { providerId: parameter('providerId'), shire: parameter('shire'), target: parameter('target') };
  await continueAttempt(door, visit, await receiveUnsolicited(door.parts.idp, asked));
}

/** The dispatcher's page: shows what is next for a sealed attempt. */
export async function showAttempt(door: Door, visit: Visit): Promise<void> {
  const sealed = new URLSearchParams(visit.rawQuery).getAll('attempt');
  if (sealed.length === 0) {
    redirect(door, visit, '/idp/login');
    return;
  }
  await continueAttempt(door, visit, openAttempt(door.parts.idp, sealed.length === 1 ? (sealed[0] ?? '') : ''));
}

/** The same by POST: for an attempt too long for an address, for another language, and for another try after an error. */
export async function repostAttempt(door: Door, visit: Visit): Promise<void> {
  requireOwnPost(door, visit);
  const form = await readForm(visit.request, visit.response);
  const sealed = onlyValue(form, 'attempt') ?? '';
  const attempt = openAttempt(door.parts.idp, sealed);
  const language = parseLanguage(onlyValue(form, 'language'));
  if (language !== undefined) door.cookies.setLanguage(visit.response, language);
  const username = onlyValue(form, 'typed') ?? '';
  if (username !== '' && door.cookies.browser(visit.request) !== undefined) {
    keepLastTry(door, visit, attempt, visitorOf(door, visit), { ...findLastTry(door, visit, attempt), username });
  }
  const way = onlyValue(form, 'way');
  if (language !== undefined && redirectToAttempt(door, visit, sealed, way)) return;
  await continueAttempt(door, { ...visit, language: language ?? visit.language }, attempt, way);
}

async function continueAttempt(
  door: Door,
  visit: Visit,
  attempt: SsoAttempt,
  way: string | undefined = askedWay(visit),
): Promise<void> {
  const visitor = visitorOf(door, visit);
  await showNext(door, visit, attempt, async () => {
    const step = await continueSso(door.parts.idp, attempt, visitor);
    await showStep(door, visit, visitor, attempt, step, { lastTry: findLastTry(door, visit, attempt), way });
  });
}
