import { knownBrowserOf } from '@gakumon/idp';
import type { Door, Visit } from './door.ts';

/**
 * Gives a browser in which somebody is known now (`isKnownPlace`) a name that it keeps. What names it for
 * one sitting goes when it is closed: who comes to a shared machine afterwards continues nobody's login.
 */
export function rememberBrowser({ cookies }: Door, { request, response }: Visit): void {
  const browser = cookies.browser(request);
  if (browser === undefined || cookies.knownBrowser(request) !== undefined) return;
  cookies.setKnownBrowser(response, knownBrowserOf(browser));
}
