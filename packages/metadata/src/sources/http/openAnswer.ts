import { type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import type { Deadlines } from './deadlines.ts';
import { explainFailure } from './explainFailure.ts';
import type { Refuse } from './refusal.ts';

const longestHead = 16_384;

export type AnswerOptions = {
  readonly headers: Readonly<Record<string, string>>;
  /** PEM; undefined: those that the machine knows. */
  readonly authorities: readonly string[] | undefined;
  readonly deadlines: Deadlines;
  readonly refuse: Refuse;
};

/**
 * Asks by GET, on a connection of its own, and waits for the head of the answer. Whatever goes wrong later on the
 * connection aborts the signal of the deadlines.
 * @throws GakumonError `metadata-fetch`, `interrupted`
 */
export function openAnswer(address: URL, options: AnswerOptions): Promise<IncomingMessage> {
  const { headers, authorities, deadlines, refuse } = options;
  const { signal } = deadlines;
  const isSecure = address.protocol === 'https:';
  const ca = authorities === undefined ? {} : { ca: [...authorities] };
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    if (signal.aborted) return reject(signal.reason);
    deadlines.enter('connect');
    const request = (isSecure ? requestHttps : requestHttp)(address, {
      agent: false,
      insecureHTTPParser: false,
      maxHeaderSize: longestHead,
      headers,
      signal,
      ...ca,
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
