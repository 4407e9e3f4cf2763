import { randomUUID } from 'node:crypto';
import { GakumonError } from '@gakumon/terms';
import express, { type ErrorRequestHandler, type Express, type RequestHandler } from 'express';
import { beginVisit, createDoor, type Door, type Handler, type ServerOptions } from './door.ts';
import { protectiveHeaders } from './http/headers.ts';
import { isPrefetch } from './http/requestOrigin.ts';
import { pageNotFound, showError } from './pages/showError.ts';
import { type Route, routes } from './routes.ts';
import type { ServerParts } from './serverParts.ts';

/**
 * The browser's door as an Express application.
 * @throws GakumonError `config-invalid` for a base URL on http beyond loopback, or proxies that are no CIDRs
 */
export function createApp(parts: ServerParts, options: ServerOptions = {}): Express {
  const door = createDoor(parts, options);
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', false);
  // Express's own last answer tells the stack in every other environment.
  app.set('env', 'production');
  app.use(protectiveHeaders(parts.config.idp.baseUrl.startsWith('https:')));
  for (const route of routes) app.all(route.path, answerRoute(door, route));
  app.use(answer(door, pageNotFound, {}));
  app.use(answerBroken(door));
  return app;
}

/** Chooses the handler of a route by the method. */
function answerRoute(door: Door, route: Route): RequestHandler {
  const refuseMethod: Handler = (_door, { response }) => {
    response.set('Allow', ['GET', 'POST'].filter((method) => route[method as 'GET' | 'POST'] !== undefined).join(', '));
    throw new GakumonError('method-not-allowed');
  };
  return (request, response, next) => {
    if (route.once && isPrefetch(request.headers)) {
      response.status(503).set('Cache-Control', 'no-store').end();
      return;
    }
    const asksGet = request.method === 'GET' || (request.method === 'HEAD' && !route.once);
    const handler = asksGet ? route.GET : request.method === 'POST' ? route.POST : undefined;
    answer(door, handler ?? refuseMethod, route)(request, response, next);
  };
}

/** Runs a handler; whatever it throws becomes a page. */
function answer(door: Door, handler: Handler, { quiet }: Pick<Route, 'quiet'>): RequestHandler {
  return async (request, response) => {
    const begun = performance.now();
    const visit = beginVisit(door, request, response, randomUUID);
    response.set('X-Request-Id', visit.requestId);
    if (!quiet) {
      const { requestId, address } = visit;
      const { method, path } = request;
      response.once('close', () => {
        const milliseconds = Math.round(performance.now() - begun);
        door.log.answered({ requestId, method, path, status: response.statusCode, milliseconds, address });
      });
    }
    try {
      await handler(door, visit);
    } catch (error) {
      const isGone = request.destroyed && !request.complete;
      if (!isGone) await showError(door, visit, error);
    }
  };
}

/** What Express itself refuses, such as an address that cannot be decoded, leads nowhere. */
function answerBroken(door: Door): ErrorRequestHandler {
  return async (error: unknown, request, response, _next) => {
    const visit = beginVisit(door, request, response, randomUUID);
    const { status } = error as { status?: unknown };
    await showError(door, visit, status === 400 ? new GakumonError('page-not-found', { cause: error }) : error);
  };
}
