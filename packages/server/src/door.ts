import type { SsoAttempt, Visitor } from '@gakumon/idp';
import { newBrowserId } from '@gakumon/idp';
import type { Language } from '@gakumon/terms';
import type { Request, Response } from 'express';
import { clientAddress, type TrustsProxy, trustProxies } from './http/clientAddress.ts';
import { type Cookies, createCookies } from './http/cookies.ts';
import { negotiateLanguage } from './http/language.ts';
import { createLog, type Log } from './log.ts';
import type { ServerParts } from './serverParts.ts';
import { type Assets, loadAssets } from './views/assets.ts';
import { createRenderer, type Renderer } from './views/renderer.ts';

export type ServerOptions = {
  /** A folder whose templates and assets stand in for ours of the same name (see views/pageData.ts). */
  readonly themeDirectory?: string | undefined;
  readonly log?: Log | undefined;
};

/** Everything that the pages have in common; made once. */
export type Door = {
  readonly parts: ServerParts;
  /** The origin of the base URL. */
  readonly origin: string;
  readonly cookies: Cookies;
  readonly trusts: TrustsProxy;
  readonly assets: Assets;
  readonly render: Renderer;
  readonly log: Log;
};

/** One request that is being answered. */
export type Visit = {
  readonly requestId: string;
  /** By law 6. */
  readonly address: string;
  readonly language: Language;
  readonly request: Request;
  readonly response: Response;
};

/** Answers one request. What it throws becomes an error page. */
export type Handler = (door: Door, visit: Visit) => Promise<void> | void;

/** @throws GakumonError `config-invalid` for a base URL or proxies that can't be */
export function createDoor(parts: ServerParts, options: ServerOptions): Door {
  const { baseUrl } = parts.config.idp;
  return {
    parts,
    origin: new URL(baseUrl).origin,
    cookies: createCookies(baseUrl),
    trusts: trustProxies(parts.config.listen.trustedProxies),
    assets: loadAssets(options.themeDirectory),
    render: createRenderer(options.themeDirectory),
    log: options.log ?? createLog(),
  };
}

/** Reads who asks, once per request. */
export function beginVisit(door: Door, request: Request, response: Response, newRequestId: () => string): Visit {
  const socket = request.socket.remoteAddress;
  const forwardedFor = request.headers['x-forwarded-for'];
  const peer = clientAddress(socket, undefined, door.trusts);
  return {
    requestId: (door.trusts(peer) ? readRequestId(request) : undefined) ?? newRequestId(),
    address: clientAddress(socket, Array.isArray(forwardedFor) ? forwardedFor.join(',') : forwardedFor, door.trusts),
    language: door.cookies.language(request) ?? negotiateLanguage(request.headers['accept-language']),
    request,
    response,
  };
}

function readRequestId(request: Request): string | undefined {
  const written = request.headers['x-request-id'];
  return typeof written === 'string' && /^[\w.:-]{8,128}$/.test(written) ? written : undefined;
}

/** Who stands at the door, as far as cookies tell; a browser without a name gets a fresh one, which is not set as a cookie yet. */
export function visitorOf(door: Door, visit: Visit): Visitor {
  return {
    browser: door.cookies.browser(visit.request) ?? newBrowserId(),
    session: door.cookies.session(visit.request),
    address: visit.address,
  };
}

/** The query exactly as it came, without `?`. */
export function rawQueryOf(request: Request): string {
  const cut = request.originalUrl.indexOf('?');
  return cut === -1 ? '' : request.originalUrl.slice(cut + 1);
}

/** What a CSRF token of the login form is bound to. */
export const loginPurpose = (attempt: SsoAttempt): string => `login ${attempt.id}`;
export const logoutPurpose = 'logout';
