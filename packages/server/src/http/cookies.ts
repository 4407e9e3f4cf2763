import type { IncomingMessage, ServerResponse } from 'node:http';
import type { BrowserId, Language, SessionToken } from '@gakumon/terms';
import { GakumonError, languages } from '@gakumon/terms';

type Request = Pick<IncomingMessage, 'headers'>;
type Response = Pick<ServerResponse, 'appendHeader'>;

/** The cookies of this door: what is read, and how they are set. */
export type Cookies = {
  /** Undefined when the browser sent none, or something that we never wrote. */
  session(request: Request): SessionToken | undefined;
  browser(request: Request): BrowserId | undefined;
  /** What policy knows the browser by since an earlier login. */
  knownBrowser(request: Request): string | undefined;
  language(request: Request): Language | undefined;
  /** Still sealed. */
  lastTry(request: Request): string | undefined;
  /** How the cookie of the portal's page state is set, by another hand (`portal/pageState.ts`). */
  readonly pageState: { readonly name: string; readonly secure: boolean };
  setSession(response: Response, token: SessionToken): void;
  clearSession(response: Response): void;
  setBrowser(response: Response, browser: BrowserId): void;
  setKnownBrowser(response: Response, known: string): void;
  setLanguage(response: Response, language: Language): void;
  setLastTry(response: Response, sealed: string, maxAge: number): void;
};

const oneDay = 24 * 3_600_000;
const oneYear = 365 * oneDay;
/** As long as browsers keep any cookie (RFC 6265bis section 5.5), so that policy can tell one that was seen before. */
const longest = 400 * oneDay;
/** What goes into a cookie as it is (RFC 6265 section 4.1.1), of which our values need less. */
const cookieValue = /^[\w.~-]*$/;

/**
 * `__Host-` cookies with Secure (law 9). On http at loopback no browser keeps those, so the prefix and Secure are left out
 * there; http anywhere else is refused.
 * @throws GakumonError `config-invalid` for http that is not on loopback
 */
export function createCookies(baseUrl: string): Cookies {
  const secure = requireSecureOrLoopback(baseUrl);
  const name = (word: string): string => `${secure ? '__Host-' : ''}gakumon-${word}`;
  const attributes = `; HttpOnly${secure ? '; Secure' : ''}; SameSite=Lax`;
  const set = (response: Response, word: string, value: string, lasts = ''): void => {
    if (!cookieValue.test(value)) throw new TypeError(`no value for a cookie: ${word}`);
    response.appendHeader('Set-Cookie', `${name(word)}=${value}; Path=/${lasts}${attributes}`);
  };
  const token = (request: Request, word: string): string | undefined => {
    const value = readCookie(request.headers.cookie, name(word));
    return value !== undefined && /^[\w-]{16,128}$/.test(value) ? value : undefined;
  };
  return {
    session: (request) => token(request, 'session') as SessionToken | undefined,
    browser: (request) => token(request, 'browser') as BrowserId | undefined,
    knownBrowser: (request) => token(request, 'known'),
    language: (request) => {
      const value = readCookie(request.headers.cookie, name('language'));
      return languages.find((language) => language === value);
    },
    pageState: { name: name('portal'), secure },
    lastTry: (request) => readCookie(request.headers.cookie, name('last-try')),
    setSession: (response, value) => set(response, 'session', value),
    clearSession: (response) => set(response, 'session', '', '; Expires=Thu, 01 Jan 1970 00:00:00 GMT'),
    setBrowser: (response, value) => set(response, 'browser', value),
    setKnownBrowser: (response, value) => set(response, 'known', value, lastingFor(longest)),
    setLanguage: (response, value) => set(response, 'language', value, lastingFor(oneYear)),
    setLastTry: (response, value, maxAge) => set(response, 'last-try', value, lastingFor(maxAge)),
  };
}

/** Both ways of saying it, for browsers that know one of them (RFC 6265 section 5.2.2: Max-Age counts). */
function lastingFor(milliseconds: number): string {
  const end = new Date(Date.now() + milliseconds);
  return `; Max-Age=${Math.floor(milliseconds / 1000)}; Expires=${end.toUTCString()}`;
}

/** The value of the first cookie of that name (RFC 6265 section 5.4 sends the most specific one first). */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const start = `${name}=`;
  for (let at = 0; header !== undefined && at <= header.length; ) {
    const semicolon = header.indexOf(';', at);
    const end = semicolon === -1 ? header.length : semicolon;
    const pair = header.slice(at, end).trim();
    if (pair.startsWith(start)) return pair.slice(start.length);
    at = end + 1;
  }
  return undefined;
}

/** @returns whether the base URL is https */
function requireSecureOrLoopback(baseUrl: string): boolean {
  const { protocol, hostname } = new URL(baseUrl);
  if (protocol === 'https:') return true;
  const loopback = hostname === 'localhost' || hostname === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(hostname);
  if (protocol === 'http:' && loopback) return false;
  throw new GakumonError('config-invalid', {
    detail: `idp.baseUrl ${baseUrl}: http is for localhost only; browsers and laws of security want https elsewhere`,
  });
}
