import { asksAboutPlaces, knownBrowserOf } from '@gakumon/idp';
import type { Door, Visit } from './door.ts';

/**
 * Gives a browser in which a login was completed a name that it keeps, where policy asks whether it is new. What names it for
 * one sitting goes when it is closed: who comes to a shared machine afterwards continues nobody's login.
 */
export function rememberBrowser({ cookies, parts }: Door, { request, response }: Visit): void {
  const browser = cookies.browser(request);
  if (browser === undefined || cookies.knownBrowser(request) !== undefined) return;
  if (asksAboutPlaces(parts.idp.policy())) cookies.setKnownBrowser(response, knownBrowserOf(browser));
}
