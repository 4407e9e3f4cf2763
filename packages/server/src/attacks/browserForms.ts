import { type Form, fillIn, type PretendBrowser } from '@gakumon/testkit';
import { form } from '../flows/portalAuthenticatorsPages.ts';
import { get, post, type RawRequest } from './attack.ts';

/** A form of the page that a browser shows, as the request that it would make. */
export function submission(browser: PretendBrowser, id: string, typed: Readonly<Record<string, string>>): RawRequest {
  return formSubmission(browser, fillIn(form(browser.page, id), typed));
}

/** Any form, sent with the cookies of a browser. */
export function formSubmission(browser: PretendBrowser, { action, fields }: Form): RawRequest {
  const { pathname, search } = new URL(action);
  const body = new URLSearchParams(fields.map(({ name, value }): [string, string] => [name, value]));
  return post(`${pathname}${search}`, body.toString(), cookiesOf(browser));
}

/** An address, asked for with the cookies of a browser. */
export const visitBy = (browser: PretendBrowser, path: string): RawRequest => get(path, cookiesOf(browser));

function cookiesOf(browser: PretendBrowser): { readonly cookie: string } {
  return {
    cookie: browser
      .cookies()
      .map(({ name, value }) => `${name}=${value}`)
      .join('; '),
  };
}
