import { randomUUID } from 'node:crypto';
import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import type { SsoAttempt, Visitor } from '@gakumon/idp';
import { newBrowserId } from '@gakumon/idp';
import { type Language, unknownAddress } from '@gakumon/terms';
import { clientAddress, normaliseAddress, type TrustsProxy, trustProxies } from './http/clientAddress.ts';
import { type Cookies, createCookies } from './http/cookies.ts';
import { type ProtectiveHeaders, protectiveHeaders } from './http/headers.ts';
import { negotiateLanguage } from './http/language.ts';
import { addressOf, splitAddress } from './http/requestTarget.ts';
import { createSilentProxies, type SilentProxies } from './http/silentProxies.ts';
import { createLog, type Log } from './log.ts';
import type { ServerParts } from './serverParts.ts';
import { type Assets, loadAssets } from './views/assets.ts';
import { createRenderer, type Renderer } from './views/renderer.ts';
import { keepServiceCatalogue, type ServiceCatalogue } from './views/serviceCatalogue.ts';
import { createStencils } from './views/stencils.ts';

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
  readonly headers: ProtectiveHeaders;
  readonly trusts: TrustsProxy;
  readonly silentProxies: SilentProxies;
  readonly assets: Assets;
  /** All services by name, as they are now. */
  readonly catalogue: () => ServiceCatalogue;
  readonly render: Renderer;
  readonly renderDelivery: ReturnType<typeof createStencils>;
  readonly log: Log;
};

/** One request that is being answered. */
export type Visit = {
  readonly requestId: string;
  /** By law 6; `unknownAddress` when nobody could tell. */
  readonly address: string;
  readonly language: Language;
  /** As it was asked for, percent escapes and all. */
  readonly path: string;
  /** The query exactly as it came, without `?`. */
  readonly rawQuery: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
};

/** Answers one request. What it throws becomes an error page. */
export type Handler = (door: Door, visit: Visit) => Promise<void> | void;

/** @throws GakumonError `config-invalid` for a base URL or proxies that can't be */
export function createDoor(parts: ServerParts, options: ServerOptions): Door {
  const { baseUrl } = parts.config.idp;
  const render = createRenderer(options.themeDirectory);
  return {
    parts,
    origin: new URL(baseUrl).origin,
    cookies: createCookies(baseUrl),
    headers: protectiveHeaders(baseUrl.startsWith('https:')),
    trusts: trustProxies(parts.config.listen.trustedProxies),
    silentProxies: createSilentProxies(parts.report),
    assets: loadAssets(options.themeDirectory),
    catalogue: keepServiceCatalogue(parts.idp.serviceProviders),
    render,
    renderDelivery: createStencils(render),
    log: options.log ?? createLog(),
  };
}

/** Reads who asks and for what, once per request. */
export function beginVisit(door: Door, request: IncomingMessage, response: ServerResponse): Visit {
  const { headers } = request;
  const peer = peerOf(request);
  const isProxy = door.trusts(peer);
  return {
    requestId: (isProxy ? readRequestId(headers) : undefined) ?? randomUUID(),
    address: isProxy ? clientAddress(peer, joined(headers['x-forwarded-for']), door.trusts) : peer,
    language: door.cookies.language(request) ?? negotiateLanguage(headers['accept-language']),
    ...splitAddress(addressOf(request)),
    request,
    response,
  };
}

const peerOf = ({ socket }: IncomingMessage): string => normaliseAddress(socket.remoteAddress ?? '') ?? unknownAddress;

const joined = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(',') : value);

function readRequestId(headers: IncomingHttpHeaders): string | undefined {
  const written = headers['x-request-id'];
  return typeof written === 'string' && /^[\w.:-]{8,128}$/.test(written) ? written : undefined;
}

/** Who stands at the door, as far as cookies tell; a browser without a name gets a fresh one, which is not set as a cookie yet. */
export function visitorOf(door: Door, visit: Visit): Visitor {
  tellIfUnknown(door, visit);
  return {
    browser: door.cookies.browser(visit.request) ?? newBrowserId(),
    knownBrowser: door.cookies.knownBrowser(visit.request),
    session: door.cookies.session(visit.request),
    address: visit.address,
  };
}

/** Not at a balancer's probe, which comes for nobody and rightly tells no address. */
function tellIfUnknown({ trusts, silentProxies }: Door, { address, request }: Visit): void {
  const peer = peerOf(request);
  if (address !== unknownAddress || !trusts(peer)) return;
  silentProxies.heard(peer, request.headers['x-forwarded-for'] === undefined ? 'missing' : 'unreadable');
}

/** What a CSRF token of the login form is bound to. */
export const loginPurpose = (attempt: Pick<SsoAttempt, 'id'>): string => `login ${attempt.id}`;
export const logoutPurpose = 'logout';
/** Where people see and end their own sign-ins (DESIGN section 2). */
export const portalPath = '/portal';
