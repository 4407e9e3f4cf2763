import type { BrowserId, Language, SessionToken } from '@gakumon/terms';
import { GakumonError, languages } from '@gakumon/terms';
import type { CookieOptions, Request, Response } from 'express';

/** The cookies of this door: what is read, and how they are set. */
export type Cookies = {
  /** Undefined when the browser sent none, or something that we never wrote. */
  session(request: Request): SessionToken | undefined;
  browser(request: Request): BrowserId | undefined;
  language(request: Request): Language | undefined;
  /** Still sealed. */
  lastTry(request: Request): string | undefined;
  setSession(response: Response, token: SessionToken): void;
  clearSession(response: Response): void;
  setBrowser(response: Response, browser: BrowserId): void;
  setLanguage(response: Response, language: Language): void;
  setLastTry(response: Response, sealed: string, maxAge: number): void;
};

const oneYear = 365 * 24 * 3_600_000;

/**
 * `__Host-` cookies with Secure (law 9). On http at loopback no browser keeps those, so the prefix and Secure are left out
 * there; http anywhere else is refused.
 * @throws GakumonError `config-invalid` for http that is not on loopback
 */
export function createCookies(baseUrl: string): Cookies {
  const secure = requireSecureOrLoopback(baseUrl);
  const name = (word: string): string => `${secure ? '__Host-' : ''}gakumon-${word}`;
  const options: CookieOptions = { httpOnly: true, secure, sameSite: 'lax', path: '/' };
  const token = (request: Request, word: string): string | undefined => {
    const value = readCookie(request.headers.cookie, name(word));
    return value !== undefined && /^[\w-]{16,128}$/.test(value) ? value : undefined;
  };
  return {
    session: (request) => token(request, 'session') as SessionToken | undefined,
    browser: (request) => token(request, 'browser') as BrowserId | undefined,
    language: (request) => {
      const value = readCookie(request.headers.cookie, name('language'));
      return languages.find((language) => language === value);
    },
    lastTry: (request) => readCookie(request.headers.cookie, name('last-try')),
    setSession: (response, value) => void response.cookie(name('session'), value, options),
    clearSession: (response) => void response.clearCookie(name('session'), options),
    setBrowser: (response, value) => void response.cookie(name('browser'), value, options),
    setLanguage: (response, value) => void response.cookie(name('language'), value, { ...options, maxAge: oneYear }),
    setLastTry: (response, value, maxAge) => void response.cookie(name('last-try'), value, { ...options, maxAge }),
  };
}

/** The value of the first cookie of that name (RFC 6265 section 5.4 sends the most specific one first). */
export function readCookie(header: string | undefined, name: string): string | undefined {
  const start = `${name}=`;
  return header
    ?.split(';')
    .map((pair) => pair.trim())
    .find((pair) => pair.startsWith(start))
    ?.slice(start.length);
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
