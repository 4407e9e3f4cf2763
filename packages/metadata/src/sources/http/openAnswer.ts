import { type IncomingMessage, type RequestOptions, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Deadlines } from './deadlines.ts';
import { explainFailure } from './explainFailure.ts';
import { longestHead } from './fetchLimits.ts';
import { openTunnel, refuseByProxy } from './proxy.ts';
import type { Refuse } from './refusal.ts';

export type AnswerOptions = {
  readonly headers: Readonly<Record<string, string>>;
  /** PEM; undefined: those that the machine knows. */
  readonly authorities: readonly string[] | undefined;
  /** Through which the way leads; undefined: a direct one. */
  readonly proxy: URL | undefined;
  readonly deadlines: Deadlines;
  readonly refuse: Refuse;
};

/**
 * Asks by GET, on a connection of its own, and waits for the head of the answer. Whatever goes wrong later on the
 * connection aborts the signal of the deadlines.
 * @throws GakumonError `metadata-fetch`, `interrupted`
 */
export async function openAnswer(address: URL, options: AnswerOptions): Promise<IncomingMessage> {
  const { deadlines, proxy } = options;
  deadlines.signal.throwIfAborted();
  deadlines.enter('connect');
  if (proxy === undefined) return ask(address, options, { agent: false });
  if (address.protocol === 'https:') {
    const tunnel = await untilCut(openTunnel(address, proxy, { ...options, signal: deadlines.signal }), deadlines);
    deadlines.enter('firstByte');
    return ask(address, options, { createConnection: () => tunnel });
  }
  const { hostname: host, port } = proxy;
  const path = `${address.origin}${address.pathname}${address.search}`;
  const answer = await ask(address, options, { agent: false, host, hostname: host, port: port || 80, path });
  if (answer.statusCode !== 407) return answer;
  answer.destroy();
  throw refuseByProxy(407, options.refuse);
}

/** The time that is over says more than the connection that ended by it. */
async function untilCut<T>(work: Promise<T>, { signal }: Deadlines): Promise<T> {
  try {
    return await work;
  } catch (error) {
    signal.throwIfAborted();
    throw error;
  }
}

function ask(address: URL, options: AnswerOptions, way: RequestOptions): Promise<IncomingMessage> {
  const { headers, authorities, deadlines, refuse } = options;
  const { signal } = deadlines;
  const isSecure = address.protocol === 'https:';
  const ca = authorities === undefined ? {} : { ca: [...authorities] };
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) return reject(signal.reason);
    const request = (isSecure ? requestHttps : requestHttp)(address, {
      insecureHTTPParser: false,
      maxHeaderSize: longestHead,
      headers: { Host: address.host, ...headers },
      signal,
      ...ca,
      ...way,
    });
    request.once('socket', (socket) =>
      socket.once(isSecure ? 'secureConnect' : 'connect', () => deadlines.enter('firstByte')),
    );
    request.once('upgrade', (_answer, socket) => {
      socket.destroy();
      deadlines.cut(refuse('the server changes to another protocol (HTTP 101)'));
    });
    request.on('error', (error) => deadlines.cut(explainFailure(error, refuse)));
    request.once('response', resolve);
    request.end();
  });
}
