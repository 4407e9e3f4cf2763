import { type CookieJar, cookieJar } from './cookieJar.ts';
import { type Exchange, exchange, type Headers } from './exchange.ts';
import { type ParsedPage, parsePage } from './html.ts';
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

/** Going somewhere: what is asked for, and who began it. */
export type Navigation = {
  readonly method: 'GET' | 'POST';
  readonly url: URL;
  readonly body: string | undefined;
  /** The page whose link or form began it. */
  readonly initiator: { readonly url: URL; readonly policy: string | undefined } | undefined;
};

const maxRedirects = 10;

export type Navigator = {
  readonly jar: CookieJar;
  /** Goes, through every redirect; `last` is the request that the page came of. */
  load(first: Navigation): Promise<{ readonly page: Page; readonly last: Navigation }>;
};

/** Requests and redirects with the cookies and headers that a browser gives them. */
export function createNavigator(options: PretendBrowserOptions): Navigator {
  const jar = cookieJar(options.now);
  return {
    jar,
    load: async (first) => {
      const hops: Hop[] = [];
      const way: URL[] = [];
      let navigation = first;
      for (;;) {
        way.push(navigation.url);
        const { got, hop } = await send(navigation, way, jar, options);
        hops.push(hop);
        const next = redirected(navigation, got);
        if (next === undefined) return { page: makePage(navigation.url, got, hops), last: navigation };
        if (hops.length > maxRedirects) {
          throw new Error(`more than ${maxRedirects} redirects: ${hops.map(({ url }) => url).join(' → ')}`);
        }
        navigation = next;
      }
    },
  };
}

async function send(
  navigation: Navigation,
  way: readonly URL[],
  jar: CookieJar,
  options: PretendBrowserOptions,
): Promise<{ got: Exchange; hop: Hop }> {
  const { url, method, body, initiator } = navigation;
  const crossSite = initiator !== undefined && siteOf(initiator.url) !== siteOf(url);
  const cookie = jar.header({ url, method, crossSite });
  const headers = requestHeaders(navigation, way, options);
  const requestHeadersSent = cookie === undefined ? headers : { ...headers, cookie };
  const got = await exchange(url, {
    method,
    headers: requestHeadersSent,
    ...(body === undefined ? {} : { body }),
    ...(options.ca === undefined ? {} : { ca: options.ca }),
  });
  const hop = {
    method,
    url: url.href,
    requestHeaders: requestHeadersSent,
    status: got.status,
    headers: got.headers,
    setCookie: got.setCookie,
    refusedCookies: jar.store(url, got.setCookie),
  };
  return { got, hop };
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
