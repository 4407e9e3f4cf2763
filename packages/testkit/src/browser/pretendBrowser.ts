import { type Cookie, cookieJar } from './cookieJar.ts';
import { type Exchange, exchange, type Headers } from './exchange.ts';
import { type Form, type ParsedPage, parsePage } from './html.ts';
import { fetchSite, originFor, refererFor, siteOf } from './sites.ts';

/** One request on the way to a page. */
export type Hop = {
  readonly method: string;
  readonly url: string;
  readonly requestHeaders: Headers;
  readonly status: number;
  readonly headers: Headers;
  readonly setCookie: readonly string[];
  /** Set-Cookie lines that the browser dropped, with the reason. */
  readonly refusedCookies: readonly string[];
};

export type Page = ParsedPage & {
  readonly url: string;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  /** Every request that led here, redirects included; the last one is this page's own. */
  readonly hops: readonly Hop[];
};

export type PretendBrowserOptions = {
  /** Accept-Language, e.g. `ja` or `en-GB,en;q=0.5`. */
  readonly language?: string;
  /** PEM of a certificate to trust. */
  readonly ca?: string;
  /** Sent with every request, such as X-Forwarded-For. */
  readonly headers?: Headers;
  readonly now?: () => number;
};

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

type Navigation = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body: string | undefined;
  /** The page whose link or form began it. */
  readonly initiator: { readonly url: URL; readonly policy: string | undefined } | undefined;
};

const maxRedirects = 10;

/** A browser with cookies, redirects, forms and history, and without scripts. */
export function pretendBrowser(options: PretendBrowserOptions = {}): PretendBrowser {
  const jar = cookieJar(options.now);
  const history: { readonly page: Page; readonly last: Navigation }[] = [];

  const send = async (navigation: Navigation, way: readonly URL[]): Promise<{ got: Exchange; hop: Hop }> => {
    const headers = requestHeaders(navigation, way, options);
    const crossSite = navigation.initiator !== undefined && siteOf(navigation.initiator.url) !== siteOf(navigation.url);
    const cookie = jar.header({ url: navigation.url, method: navigation.method, crossSite });
    const sent = cookie === undefined ? headers : { ...headers, cookie };
    const got = await exchange(navigation.url, {
      method: navigation.method,
      headers: sent,
      ...(navigation.body === undefined ? {} : { body: navigation.body }),
      ...(options.ca === undefined ? {} : { ca: options.ca }),
    });
    const hop = {
      method: navigation.method,
      url: navigation.url.href,
      requestHeaders: sent,
      status: got.status,
      headers: got.headers,
      setCookie: got.setCookie,
      refusedCookies: jar.store(navigation.url, got.setCookie),
    };
    return { got, hop };
  };

  const load = async (first: Navigation): Promise<{ page: Page; last: Navigation }> => {
    const hops: Hop[] = [];
    const way: URL[] = [];
    let navigation = first;
    for (;;) {
      way.push(navigation.url);
      const { got, hop } = await send(navigation, way);
      hops.push(hop);
      const next = redirected(navigation, got);
      if (next === undefined) return { page: makePage(navigation.url, got, hops), last: navigation };
      if (hops.length > maxRedirects)
        throw new Error(`more than ${maxRedirects} redirects: ${hops.map(({ url }) => url).join(' → ')}`);
      navigation = next;
    }
  };

  const visit = async (navigation: Navigation): Promise<Page> => {
    const entry = await load(navigation);
    history.push(entry);
    return entry.page;
  };

  const shown = (): { page: Page; last: Navigation } => {
    const entry = history.at(-1);
    if (entry === undefined) throw new Error('no page is open');
    return entry;
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
      const entry = await load(shown().last);
      history.splice(-1, 1, entry);
      return entry.page;
    },
    get page() {
      return shown().page;
    },
    cookies: jar.list,
    removeCookie: jar.remove,
    clearCookies: jar.clear,
  };
}

function requestHeaders(
  { method, url, initiator }: Navigation,
  way: readonly URL[],
  { language = 'ja', headers = {} }: PretendBrowserOptions,
): Headers {
  const referer = initiator === undefined ? undefined : refererFor(initiator.url, url, initiator.policy);
  return {
    host: url.host,
    accept: 'text/html,application/xhtml+xml;q=0.9,*/*;q=0.8',
    'accept-language': language,
    'user-agent': 'pretend-browser',
    'sec-fetch-site': fetchSite(initiator?.url, way),
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
    ...(referer === undefined ? {} : { referer }),
    ...(method === 'POST'
      ? {
          'content-type': 'application/x-www-form-urlencoded',
          origin: originFor(initiator?.url, way, initiator?.policy),
        }
      : {}),
    ...headers,
  };
}

/** The next request, when the answer is a redirect (Fetch 4.4): 303, and a POST met by 301 or 302, go on by GET. */
function redirected(navigation: Navigation, { status, headers }: Exchange): Navigation | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(status) || location === undefined) return undefined;
  const url = new URL(location, navigation.url);
  if (status === 307 || status === 308) return { ...navigation, url };
  return { ...navigation, url, method: 'GET', body: undefined };
}

function makePage(url: URL, got: Exchange, hops: readonly Hop[]): Page {
  const body = got.body.toString('utf8');
  const { status, headers } = got;
  return { ...parsePage(body, url), url: url.href, status, headers, body, hops };
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
