import type { IncomingMessage, ServerResponse } from 'node:http';
import { GakumonError } from '@gakumon/terms';
import { beginVisit, type Door, type Handler, type Visit } from './door.ts';
import { sendAnswer, sendText } from './http/answer.ts';
import { isPrefetch } from './http/requestOrigin.ts';
import { pageNotFound, showError } from './pages/showError.ts';
import type { Route } from './routes.ts';

/**
 * Answers one request, whichever way it came in. Never throws.
 * @param route undefined: the path leads nowhere
 */
export async function answerRoute(
  door: Door,
  route: Route | undefined,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const visit = beginVisit(door, request, response);
  if (route?.once && isPrefetch(request.headers)) {
    sendAnswer(door, visit, 503, 'own', ['Cache-Control', 'no-store'], '');
    return;
  }
  if (!route?.quiet) logWhenClosed(door, visit);
  try {
    await chooseHandler(route, request.method)(door, visit);
  } catch (error) {
    const isGone = request.destroyed && !request.complete;
    if (!isGone) await showError(door, visit, error).catch((defect: unknown) => giveUp(door, visit, defect));
  }
}

function logWhenClosed({ log }: Door, { requestId, address, path, request, response }: Visit): void {
  const begun = performance.now();
  const { method = '' } = request;
  response.once('close', () => {
    const milliseconds = Math.round(performance.now() - begun);
    log.answered({ requestId, method, path, status: response.statusCode, milliseconds, address });
  });
}

function chooseHandler(route: Route | undefined, method: string | undefined): Handler {
  if (route === undefined) return pageNotFound;
  const asksGet = method === 'GET' || (method === 'HEAD' && !route.once);
  return (asksGet ? route.GET : method === 'POST' ? route.POST : undefined) ?? refuseMethod(route);
}

function refuseMethod(route: Route): Handler {
  return (_door, { response }) => {
    response.setHeader('Allow', (['GET', 'POST'] as const).filter((method) => route[method] !== undefined).join(', '));
    throw new GakumonError('method-not-allowed');
  };
}

/** Not even an error page could be made, which a theme's template can bring about. */
export function giveUp(door: Door, visit: Visit, error: unknown): void {
  const { requestId, address, response } = visit;
  const nothing = { case: undefined, detail: undefined, serviceProvider: undefined, username: undefined };
  door.log.failed({ requestId, address, code: 'internal', ...nothing }, error);
  if (response.headersSent) response.destroy();
  else sendText(door, visit, 500, 'Internal Server Error\n');
}
