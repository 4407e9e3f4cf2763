import type { RequestListener } from 'node:http';
import { GakumonError } from '@gakumon/terms';
import express, { type ErrorRequestHandler, type Express } from 'express';
import { answerRoute, giveUp } from './answerRoute.ts';
import { beginVisit, createDoor, type Door, portalPath, type ServerOptions } from './door.ts';
import { indexRoutes } from './findRoute.ts';
import { addressOf, splitAddress } from './http/requestTarget.ts';
import { showError } from './pages/showError.ts';
import { keepPageState } from './portal/pageState.ts';
import { routes } from './routes.ts';
import type { ServerParts } from './serverParts.ts';

/**
 * The browser's door. A sign-on with a live session is one signature, and Express costs a quarter of that: so it stands
 * behind, for the paths that need it and those that lead nowhere.
 * @throws GakumonError `config-invalid` for a base URL on http beyond loopback, or proxies that are no CIDRs
 */
export function createApp(parts: ServerParts, options: ServerOptions = {}): RequestListener {
  const door = createDoor(parts, options);
  const find = indexRoutes(routes.filter((route) => !route.express));
  const behind = createExpressApp(door);
  return (request, response) => {
    const route = find(splitAddress(addressOf(request)).path);
    if (route === undefined) behind(request, response);
    else void answerRoute(door, route, request, response);
  };
}

function createExpressApp(door: Door): Express {
  const app = express();
  app.disable('x-powered-by').disable('etag').enable('case sensitive routing').set('query parser', false);
  // Express's own last answer tells the stack in every other environment.
  app.set('env', 'production');
  app.use(portalPath, keepPageState(door));
  for (const route of routes) {
    if (route.express) app.all(route.path, (request, response) => answerRoute(door, route, request, response));
  }
  app.use((request, response) => answerRoute(door, undefined, request, response));
  app.use(answerBroken(door));
  return app;
}

/** What Express itself refuses, such as an address that cannot be decoded, leads nowhere. */
function answerBroken(door: Door): ErrorRequestHandler {
  return async (error: unknown, request, response, _next) => {
    const { status } = error as { status?: unknown };
    const known = status === 400 ? new GakumonError('page-not-found', { cause: error }) : error;
    const visit = beginVisit(door, request, response);
    await showError(door, visit, known).catch((defect: unknown) => giveUp(door, visit, defect));
  };
}
