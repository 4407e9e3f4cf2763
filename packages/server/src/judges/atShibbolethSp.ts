import { fillIn, type Page, type PretendBrowser, readEnvironment, type ShibbolethSp } from '@gakumon/testkit';
import { student } from './runningIdp.ts';

/** The form to go on with: the login's, or the one that carries a message on. */
export function onlyForm(page: Page): Page['forms'][number] {
  const form = page.forms.find(
    ({ id, fields }) => id === 'login' || fields.some(({ name }) => name === 'SAMLResponse' || name === 'SAMLRequest'),
  );
  if (form === undefined) throw new Error(`no form to go on with at ${page.url}: ${page.title}\n${page.text}`);
  return form;
}

export const logIn = (browser: PretendBrowser): Promise<Page> =>
  browser.submit(fillIn(onlyForm(browser.page), { username: student.username, password: student.password }));

/** Sends the message on the page to where it belongs, as the person's browser does without a script. */
export const carryOn = (browser: PretendBrowser): Promise<Page> => browser.submit(onlyForm(browser.page));

/** The SAMLResponse or SAMLRequest on a page, as XML. */
export function messageOn(page: Page): string {
  const field = onlyForm(page).fields.find(({ name }) => name.startsWith('SAMLRe'));
  return Buffer.from(field?.value ?? '', 'base64').toString('utf8');
}

/** What the SP says of its session; its logs when it shows something else. */
export async function environmentOf(sp: ShibbolethSp, page: Page): Promise<Readonly<Record<string, string>>> {
  if (page.status !== 200) throw new Error(`${page.url}: ${page.status} ${page.text}\n${await sp.logs()}`);
  return readEnvironment(page.body);
}
