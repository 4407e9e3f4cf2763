import { beginAssertion, formToken, type PortalStep, sealPortalAttempt, type Visitor } from '@gakumon/idp';
import type { Door, Visit } from '../door.ts';
import { pageTexts } from '../messages/index.ts';
import { findLastTry } from '../pages/lastTry.ts';
import { type LoginForm, showLoginForm } from '../pages/showLoginForm.ts';
import { linkToOtherLanguage } from '../views/showPage.ts';
import { portalLoginPath, portalWebauthnPath, wordsOfPage } from './portalPages.ts';
import { portalLoginPurpose } from './purposes.ts';

/** Shows the login page for the portal, with what became of the last try. */
export async function askToLogIn(
  door: Door,
  visit: Visit,
  visitor: Visitor,
  { attempt, fresh, withPasskey }: Extract<PortalStep, { kind: 'login' }>,
): Promise<void> {
  const { idp } = door.parts;
  const { login } = pageTexts[visit.language];
  const { title, about, toPage } = wordsOfPage(attempt, visit.language);
  const form: LoginForm = {
    title: `${login.title}: ${title}`,
    action: portalLoginPath,
    forService: false,
    service: { name: title, description: about, informationUrl: undefined },
    toService: toPage,
    attempt: sealPortalAttempt(idp, attempt),
    csrf: formToken(idp, visitor.browser, portalLoginPurpose(attempt)),
    fresh,
    passkey: withPasskey
      ? {
          action: portalWebauthnPath,
          csrf: formToken(idp, visitor.browser, portalLoginPurpose(attempt)),
          request: await beginAssertion(idp, attempt, visitor, 'first'),
        }
      : undefined,
  };
  const lastTry = findLastTry(door, visit, attempt);
  showLoginForm(door, visit, visitor, form, lastTry, { languageSwitch: linkToOtherLanguage(visit) });
}
