import { endSession, findSession, formToken, newBrowserId, requireFormToken, type SsoSession } from '@gakumon/idp';
import { GakumonError } from '@gakumon/terms';
import { type Door, logoutPurpose, type Visit } from '../door.ts';
import { onlyValue } from '../http/formBody.ts';
import { readForm } from '../http/readForm.ts';
import { requireOwnPost } from '../http/requireOwnPost.ts';
import { pageTexts } from '../messages/index.ts';
import { visitedNames } from '../views/serviceViews.ts';
import { linkToOtherLanguage, showPage } from '../views/showPage.ts';
import { inAskedLanguage } from './showServices.ts';

/** Asks whether to sign out: a link or an image on another site must not be able to do it. */
export async function showLogout(door: Door, asked: Visit): Promise<void> {
  const visit = inAskedLanguage(door, asked);
  const session = await findLiveSession(door, visit);
  if (session === undefined) {
    showLoggedOut(door, visit, []);
    return;
  }
  const known = door.cookies.browser(visit.request);
  const browser = known ?? newBrowserId();
  if (known === undefined) door.cookies.setBrowser(visit.response, browser);
  const { title } = pageTexts[visit.language].logout;
  const csrf = formToken(door.parts.idp, browser, logoutPurpose);
  const page = {
    template: 'logout',
    title,
    csrf,
    visited: visitedNames(door.catalogue(), session, visit.language),
  } as const;
  showPage(door, visit, page, { languageSwitch: linkToOtherLanguage(visit) });
}

/** Ends the session. Repeating it changes nothing. */
export async function submitLogout(door: Door, visit: Visit): Promise<void> {
  requireOwnPost(door, visit);
  const form = await readForm(visit.request, visit.response);
  const browser = door.cookies.browser(visit.request);
  if (browser === undefined) throw new GakumonError('cookies-missing');
  requireFormToken(door.parts.idp, browser, logoutPurpose, onlyValue(form, 'csrf') ?? '');
  const token = door.cookies.session(visit.request);
  const ending = { actor: 'person', address: visit.address } as const;
  const ended = token === undefined ? undefined : await endSession(door.parts.idp, token, ending);
  door.cookies.clearSession(visit.response);
  showLoggedOut(door, visit, ended === undefined ? [] : visitedNames(door.catalogue(), ended, visit.language));
}

function showLoggedOut(door: Door, visit: Visit, visited: readonly string[]): void {
  const { title } = pageTexts[visit.language].loggedOut;
  const languageSwitch = linkToOtherLanguage(visit);
  showPage(door, visit, { template: 'loggedOut', title, visited }, { languageSwitch });
}

async function findLiveSession(door: Door, visit: Visit): Promise<SsoSession | undefined> {
  const token = door.cookies.session(visit.request);
  return token === undefined ? undefined : findSession(door.parts.idp, token);
}
