import type { Cookie } from './cookieJar.ts';
import type { Form } from './html.ts';
import { createNavigator, type Navigation, type Page, type PretendBrowserOptions } from './navigation.ts';

export type PretendBrowser = {
  /** Types an address: no Referer, nobody's initiative. */
  open(url: string): Promise<Page>;
  /** Follows a link of the current page, by its words or its address. */
  follow(link: string | RegExp): Promise<Page>;
  /** Goes to an address as a link of the current page would. */
  goTo(url: string): Promise<Page>;
  /** Sends a form of the current page; `button` by its words or its value, else the first one. */
  submit(form: Form, options?: { readonly button?: string }): Promise<Page>;
  /** Sends a form that stands on a page of some other site, such as an SP's or an attacker's. */
  submitFrom(page: string, form: Form): Promise<Page>;
  /** The Back button: the page as it was, without a request; its forms can be sent again. */
  back(): Page;
  /** Requests the current page again, a POST with the same fields after the person agreed. */
  reload(): Promise<Page>;
  /** The page that is shown. */
  readonly page: Page;
  cookies(): readonly Cookie[];
  removeCookie(name: string): void;
  clearCookies(): void;
};

/** A browser with cookies, redirects, forms and history, and without scripts. */
export function pretendBrowser(options: PretendBrowserOptions = {}): PretendBrowser {
  const { jar, load } = createNavigator(options);
  const history: { readonly page: Page; readonly last: Navigation }[] = [];
  const shown = (): { readonly page: Page; readonly last: Navigation } => {
    const entry = history.at(-1);
    if (entry === undefined) throw new Error('no page is open');
    return entry;
  };
  const visit = async (navigation: Navigation): Promise<Page> => {
    const entry = await load(navigation);
    history.push(entry);
    return entry.page;
  };
  const here = (): Navigation['initiator'] => {
    const { page } = shown();
    return { url: new URL(page.url), policy: page.headers['referrer-policy'] };
  };
  const get = (url: string, initiator: Navigation['initiator']): Promise<Page> =>
    visit({ method: 'GET', url: new URL(url), body: undefined, initiator });
  return {
    open: (url) => get(url, undefined),
    goTo: (url) => get(new URL(url, shown().page.url).href, here()),
    follow: (link) => get(findLink(shown().page, link), here()),
    submit: (form, { button } = {}) => visit(formNavigation(form, button, here())),
    submitFrom: (page, form) => visit(formNavigation(form, undefined, { url: new URL(page), policy: undefined })),
    back: () => {
      history.pop();
      return shown().page;
    },
    reload: async () => {
      history.splice(-1, 1, await load(shown().last));
      return shown().page;
    },
    get page() {
      return shown().page;
    },
    cookies: jar.list,
    removeCookie: jar.remove,
    clearCookies: jar.clear,
  };
}

function findLink(page: Page, wanted: string | RegExp): string {
  const matches = (value: string): boolean => (typeof wanted === 'string' ? value === wanted : wanted.test(value));
  const link = page.links.find(({ text, href }) => matches(text) || matches(href));
  if (link === undefined)
    throw new Error(`${page.url} has no link ${wanted}, only: ${page.links.map(({ text }) => text).join(' | ')}`);
  return link.href;
}

function formNavigation(form: Form, button: string | undefined, initiator: Navigation['initiator']): Navigation {
  const pressed = form.buttons.find(({ text, value }) => button === undefined || text === button || value === button);
  if (button !== undefined && pressed === undefined) {
    throw new Error(`the form has no button ${button}, only: ${form.buttons.map(({ text }) => text).join(' | ')}`);
  }
  const sent = new URLSearchParams(form.fields.map(({ name, value }): [string, string] => [name, value]));
  if (pressed?.name) sent.append(pressed.name, pressed.value);
  const url = new URL(form.action);
  if (form.method === 'post') return { method: 'POST', url, body: sent.toString(), initiator };
  url.search = sent.toString();
  return { method: 'GET', url, body: undefined, initiator };
}

/** A form that no page showed: for requests that are made by hand. */
export function formTo(action: string, fields: Readonly<Record<string, string>>): Form {
  return {
    action,
    method: 'post',
    id: undefined,
    fields: Object.entries(fields).map(([name, value]) => ({ name, value, type: 'hidden' })),
    unticked: [],
    buttons: [],
  };
}
